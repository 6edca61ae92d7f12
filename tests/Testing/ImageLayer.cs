using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace AutoDeploy.Testing;

/// <summary>A layer of an image: a compressed tar whose bytes depend on nothing but its content.</summary>
internal sealed record ImageLayer(byte[] Content, string Digest, string DiffId)
{
    private static readonly string[] Commands =
    [
        "[",
        "cat",
        "cut",
        "date",
        "echo",
        "env",
        "false",
        "grep",
        "head",
        "hostname",
        "httpd",
        "id",
        "ip",
        "kill",
        "ln",
        "ls",
        "mkdir",
        "nc",
        "nslookup",
        "pidof",
        "printf",
        "ps",
        "rm",
        "sh",
        "sleep",
        "stat",
        "tail",
        "test",
        "timeout",
        "touch",
        "tr",
        "true",
        "wget",
        "yes",
    ];

    private static readonly Lazy<ImageLayer> BusyBox = new(() =>
        Write(tar =>
        {
            foreach (var folder in (string[])["bin", "etc", "tmp", "www"])
                tar.WriteEntry(Entry(TarEntryType.Directory, folder + "/", executable: true));
            var program = Entry(TarEntryType.RegularFile, "bin/busybox", executable: true);
            program.DataStream = new MemoryStream(File.ReadAllBytes(Prerequisites.Find("busybox")!));
            tar.WriteEntry(program);
            foreach (var command in Commands)
            {
                var link = Entry(TarEntryType.SymbolicLink, "bin/" + command, executable: true);
                link.LinkName = "busybox";
                tar.WriteEntry(link);
            }
        })
    );

    /// <summary>Busybox and the names of its commands.</summary>
    public static ImageLayer Base => BusyBox.Value;

    public static ImageLayer From(IReadOnlyDictionary<string, string> files) =>
        Write(tar =>
        {
            foreach (var (path, content) in files.OrderBy(file => file.Key, StringComparer.Ordinal))
            {
                var executable = content.StartsWith("#!", StringComparison.Ordinal) || path.Contains("bin/", StringComparison.Ordinal);
                var file = Entry(TarEntryType.RegularFile, path.TrimStart('/'), executable);
                file.DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content));
                tar.WriteEntry(file);
            }
        });

    /// <summary>Files of this machine, each at the path that it has here, and a folder that belongs to a user.</summary>
    public static ImageLayer OfMachine(IEnumerable<string> files, string home, int user) =>
        Write(tar =>
        {
            var folder = Entry(TarEntryType.Directory, home.Trim('/') + "/", executable: true);
            folder.Uid = folder.Gid = user;
            tar.WriteEntry(folder);
            foreach (var path in files.Distinct().Order(StringComparer.Ordinal))
            {
                var file = Entry(TarEntryType.RegularFile, path.TrimStart('/'), executable: true);
                file.DataStream = new MemoryStream(File.ReadAllBytes(path));
                tar.WriteEntry(file);
            }
        });

    public static string Hash(ReadOnlySpan<byte> content) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));

    private static ImageLayer Write(Action<TarWriter> write)
    {
        using var plain = new MemoryStream();
        using (var tar = new TarWriter(plain, TarEntryFormat.Ustar, leaveOpen: true))
            write(tar);
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            zip.Write(plain.GetBuffer(), 0, (int)plain.Length);
        var content = packed.ToArray();
        return new ImageLayer(content, Hash(content), Hash(plain.GetBuffer().AsSpan(0, (int)plain.Length)));
    }

    private static UstarTarEntry Entry(TarEntryType type, string path, bool executable) =>
        new(type, path)
        {
            Mode = (UnixFileMode)Convert.ToInt32(executable ? "755" : "644", 8),
            ModificationTime = DateTimeOffset.UnixEpoch,
        };
}
