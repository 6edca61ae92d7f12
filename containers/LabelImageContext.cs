using System.Formats.Tar;
using System.Text;

namespace AutoDeploy.Containers;

/// <summary>
/// Labels for an image that has been built. The builder's own parameter for labels makes a step, and a container, of each; so they are
/// put on by one more instruction, with all of them in it.
/// </summary>
internal static class LabelImageContext
{
    public const string Dockerfile = "Dockerfile";

    /// <summary>A context with nothing but the instruction.</summary>
    public static Stream Context(string image, IReadOnlyDictionary<string, string> labels)
    {
        var text = new StringBuilder($"FROM {image}\nLABEL");
        foreach (var (name, value) in labels.OrderBy(label => label.Key, StringComparer.Ordinal))
            text.Append(' ').Append(Quote(name)).Append('=').Append(Quote(value));
        var context = new MemoryStream();
        using (var tar = new TarWriter(context, TarEntryFormat.Gnu, leaveOpen: true))
            tar.WriteEntry(
                new GnuTarEntry(TarEntryType.RegularFile, Dockerfile)
                {
                    DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text.Append('\n').ToString())),
                }
            );
        context.Position = 0;
        return context;
    }

    /// <summary>As a Dockerfile has it: nothing in it is a variable, and a line's end would end the instruction.</summary>
    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
            _ = c switch
            {
                '"' or '\\' or '$' => quoted.Append('\\').Append(c),
                '\r' or '\n' => quoted.Append(' '),
                _ => quoted.Append(c),
            };
        return quoted.Append('"').ToString();
    }
}
