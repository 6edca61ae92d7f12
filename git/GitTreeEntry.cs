using System.Text;

namespace AutoDeploy.Git;

/// <summary>One file of a commit.</summary>
/// <param name="Path">From the repository's root.</param>
/// <param name="Id">Of its content, or of a submodule's commit.</param>
/// <param name="Part">The repository that has it: the service's own, or a submodule's.</param>
/// <param name="IsReadable">Its name is UTF-8.</param>
internal sealed record GitTreeEntry(string Path, GitTreeEntryKind Kind, string Id, GitContextPart Part, bool IsReadable)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads one record of <c>git ls-tree -r -t -z</c>; null: a directory, whose files follow.</summary>
    /// <param name="prefix">Where the tree is: empty, or with a slash at its end.</param>
    public static GitTreeEntry? Parse(ReadOnlySpan<byte> record, string prefix, GitContextPart part)
    {
        var tab = record.IndexOf((byte)'\t');
        var head = Encoding.ASCII.GetString(record[..tab]).Split(' ');
        if (head[1] == "tree")
            return null;
        var (path, isReadable) = Decode(record[(tab + 1)..]);
        var kind = head[0] switch
        {
            "120000" => GitTreeEntryKind.Link,
            "160000" => GitTreeEntryKind.Submodule,
            "100755" => GitTreeEntryKind.Program,
            _ => GitTreeEntryKind.File,
        };
        return new GitTreeEntry(prefix + path, kind, head[2], part, isReadable);
    }

    private static (string Path, bool IsReadable) Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return (Strict.GetString(bytes), true);
        }
        catch (DecoderFallbackException)
        {
            return (Encoding.UTF8.GetString(bytes), false);
        }
    }
}
