using System.Security.Cryptography;
using System.Text;

namespace AutoDeploy.Git;

/// <summary>
/// Where private keys are for as long as ssh needs them: in memory where there is a place for that, readable by us alone.
/// </summary>
/// <param name="directory">The mirrors' directory: tells whose keys these are, and is where they go when memory has no place for
/// them.</param>
internal sealed class SshKeyDirectory(string directory)
{
    private const string SharedMemoryDirectory = "/dev/shm";

    private readonly Lock _lock = new();
    private string? _prefix;

    public SshKeyFiles Write(string privateKey, string knownHosts)
    {
        var folder = MakePrivate(Prefix() + Guid.NewGuid().ToString("n")); // a name that nobody could take before us
        var files = new SshKeyFiles(folder);
        try
        {
            Save(files.Key, privateKey);
            Save(files.KnownHosts, knownHosts);
            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    private string Prefix()
    {
        lock (_lock)
        {
            if (_prefix is not null)
                return _prefix;
            var full = Path.GetFullPath(directory);
            var (place, prefix) = Directory.Exists(SharedMemoryDirectory)
                ? (
                    SharedMemoryDirectory,
                    $"autodeploy-git-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(full)))[..16]}-"
                )
                : (full, "ssh-");
            Directory.CreateDirectory(place);
            foreach (var left in Directory.GetDirectories(place, prefix + "*")) // by a crash
                Directory.Delete(left, recursive: true);
            return _prefix = Path.Combine(place, prefix);
        }
    }

    private static void Save(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(path, options);
        writer.Write(text.ReplaceLineEndings("\n").TrimEnd('\n') + "\n"); // ssh wants the last line's end
    }

    private static string MakePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return folder;
    }
}
