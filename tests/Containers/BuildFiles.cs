using System.Formats.Tar;
using System.Text;
using AutoDeploy.Testing;

namespace AutoDeploy.Containers.Tests;

/// <summary>The context of a build: busybox in <c>bin/</c> with the names of some of its commands, and what a test adds.</summary>
internal static class BuildFiles
{
    /// <summary>How a Dockerfile begins that needs no image to begin with.</summary>
    public const string FromNothing = "FROM scratch AS base\nCOPY bin /bin\nENV PATH=/bin\n";

    private static readonly string[] Commands = ["cat", "echo", "false", "printf", "sh", "sleep", "test", "true"];

    public static MemoryStream Tar(string? dockerfile, params (string Path, string Content)[] files)
    {
        var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            if (dockerfile is not null)
                tar.WriteEntry(File("Dockerfile", dockerfile));
            foreach (var (path, content) in files)
                tar.WriteEntry(File(path, content));
            var program = Entry(TarEntryType.RegularFile, "bin/busybox");
            using var busybox = System.IO.File.OpenRead(Prerequisites.Find("busybox")!);
            program.DataStream = busybox;
            tar.WriteEntry(program);
            foreach (var command in Commands)
            {
                var link = Entry(TarEntryType.SymbolicLink, "bin/" + command);
                link.LinkName = "busybox";
                tar.WriteEntry(link);
            }
        }

        stream.Position = 0;
        return stream;
    }

    private static PaxTarEntry File(string path, string content)
    {
        var entry = Entry(TarEntryType.RegularFile, path);
        entry.DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content));
        return entry;
    }

    /// <summary>The same bytes each time, so that the daemon finds in its cache what another test built.</summary>
    private static PaxTarEntry Entry(TarEntryType type, string path) =>
        new(type, path) { Mode = (UnixFileMode)Convert.ToInt32("755", 8), ModificationTime = DateTimeOffset.UnixEpoch };
}
