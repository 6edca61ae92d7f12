using System.Text;

namespace AutoDeploy.Engine;

/// <summary>One file of a commit.</summary>
/// <param name="Path">From the repository's root.</param>
/// <param name="Id">Of its content, or of a submodule's commit.</param>
/// <param name="Part">The repository that has it: the service's own, or a submodule's.</param>
/// <param name="IsReadable">Its name is UTF-8.</param>
internal sealed record TreeEntry(string Path, TreeEntryKind Kind, string Id, ContextPart Part, bool IsReadable)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads the output of <c>git ls-tree -r -z</c>.</summary>
    /// <param name="prefix">Where the tree is: empty, or with a slash at its end.</param>
    public static List<TreeEntry> Parse(byte[] output, string prefix, ContextPart part)
    {
        var entries = new List<TreeEntry>();
        var rest = output.AsSpan();
        while (rest.IndexOf((byte)0) is >= 0 and var end)
        {
            var line = rest[..end];
            rest = rest[(end + 1)..];
            var tab = line.IndexOf((byte)'\t');
            var head = Encoding.ASCII.GetString(line[..tab]).Split(' ');
            var (path, isReadable) = Decode(line[(tab + 1)..]);
            var kind = head[0] switch
            {
                "120000" => TreeEntryKind.Link,
                "160000" => TreeEntryKind.Submodule,
                "100755" => TreeEntryKind.Program,
                _ => TreeEntryKind.File,
            };
            entries.Add(new TreeEntry(prefix + path, kind, head[2], part, isReadable));
        }

        return entries;
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

internal enum TreeEntryKind
{
    File,
    Program,
    Link,
    Submodule,
}
