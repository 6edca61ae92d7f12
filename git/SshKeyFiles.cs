namespace AutoDeploy.Git;

/// <summary>A private key and the keys of its host, as files, until they are disposed of.</summary>
internal sealed class SshKeyFiles(string folder) : IDisposable
{
    public string Key { get; } = Path.Combine(folder, "key");

    public string KnownHosts { get; } = Path.Combine(folder, "known_hosts");

    public void Dispose()
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
