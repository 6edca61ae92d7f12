namespace AutoDeploy.Git;

/// <summary>One entry of a build context's tar.</summary>
/// <param name="Name">In the tar.</param>
/// <param name="Source">Whose content it has; null: none, or <paramref name="Text"/>.</param>
/// <param name="Text">Its own content, or where a link points to.</param>
internal sealed record GitContextEntry(string Name, GitContextEntryKind Kind, GitTreeEntry? Source = null, string? Text = null);
