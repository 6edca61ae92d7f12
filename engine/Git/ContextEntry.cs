namespace AutoDeploy.Engine;

/// <summary>One entry of a build context's tar.</summary>
/// <param name="Name">In the tar.</param>
/// <param name="Source">Whose content it has; null: none, or <paramref name="Text"/>.</param>
/// <param name="Text">Its own content, or where a link points to.</param>
internal sealed record ContextEntry(string Name, ContextEntryKind Kind, TreeEntry? Source = null, string? Text = null);

internal enum ContextEntryKind
{
    File,
    Program,
    Link,
    Directory,
}
