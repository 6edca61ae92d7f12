using System.Security.Cryptography;
using System.Text;
using AutoDeploy.Ports;

namespace AutoDeploy.Git;

/// <summary>The mirrors' directory: gives mirrors to whoever uses them, and makes room when all together are too large.</summary>
internal sealed class GitMirrorStore(GitOptions options, GitCommand git, SshKeyDirectory ssh)
{
    private const string Trash = "trash-";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, GitMirror> _mirrors = [];
    private readonly Dictionary<string, long> _sizes = [];
    private readonly string _folder = Path.Combine(Path.GetFullPath(options.Directory), "mirrors");
    private bool _isMeasured;

    /// <summary>What an organization has of a repository; under one name for all URLs of it.</summary>
    public static string NameOf(GitRemote remote) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{remote.Organization}\0{remote.Repository.Key}")))[..40];

    /// <summary>The mirror of a repository. It stays as long as this is not disposed of.</summary>
    public GitMirrorLease Open(GitRemote remote)
    {
        var name = NameOf(remote);
        lock (_lock)
        {
            if (!_mirrors.TryGetValue(name, out var mirror))
                _mirrors[name] = mirror = new GitMirror(Path.Combine(_folder, name), remote.Repository, git, options, ssh);
            mirror.Users++;
            mirror.Touch();
            return new GitMirrorLease(mirror, Close);
        }
    }

    /// <summary>After a mirror has grown: removes those that were not used for the longest time until the others have room.</summary>
    public void MakeRoom(GitMirror grown)
    {
        var size = SizeOf(grown.Directory);
        lock (_lock)
        {
            if (!_isMeasured)
                Measure();
            _sizes[grown.Directory] = size;
            var total = _sizes.Values.Sum();
            foreach (var directory in _sizes.Keys.OrderBy(GitMirror.GetLastUse).ToList())
            {
                if (total <= options.MaxBytes)
                    return;
                var name = Path.GetFileName(directory);
                if (_mirrors.TryGetValue(name, out var mirror) && mirror.Users > 0)
                    continue;
                _mirrors.Remove(name);
                total -= _sizes[directory];
                _sizes.Remove(directory);
                Remove(directory);
            }
        }
    }

    private void Close(GitMirror mirror)
    {
        lock (_lock)
            mirror.Users--;
    }

    private void Measure()
    {
        _isMeasured = true;
        if (!Directory.Exists(_folder))
            return;
        foreach (var directory in Directory.GetDirectories(_folder))
            if (Path.GetFileName(directory).StartsWith(Trash, StringComparison.Ordinal))
                Directory.Delete(directory, recursive: true);
            else
                _sizes[directory] = SizeOf(directory);
    }

    /// <summary>Renames before deleting, so that a crash leaves no partial mirror.</summary>
    private void Remove(string directory)
    {
        if (!Directory.Exists(directory))
            return;
        var trash = Path.Combine(_folder, Trash + Guid.NewGuid().ToString("n"));
        Directory.Move(directory, trash);
        Directory.Delete(trash, recursive: true);
    }

    private static long SizeOf(string directory)
    {
        try
        {
            return new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return 0; // a git at work there has just removed a file; the next time counts
        }
    }
}
