using System.Globalization;
using System.Net.Sockets;

namespace AutoDeploy.Testing;

/// <summary>
/// An sshd of its own on a loopback port, with its own host key, that lets one key in: to a <see cref="GitServer"/>'s repositories.
/// </summary>
public sealed class SshServer : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("autodeploy-ssh-").FullName;
    private readonly GitServer _git;
    private ServerProcess? _server;

    private SshServer(GitServer git)
    {
        _git = git;
        Port = UnixTools.FreePort();
        MakeKey("host");
        MakeKey("user");
    }

    public int Port { get; }

    /// <summary>With the port, as credentials name it.</summary>
    public string Host => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>The key that opens it.</summary>
    public string PrivateKey => File.ReadAllText(Path.Combine(_folder, "user"));

    /// <summary>The server's own key, as a line of <c>known_hosts</c>.</summary>
    public string KnownHosts => KnownHostsWith("host");

    public string Output => _server?.Output ?? "";

    public static async Task<SshServer> Start(GitServer git)
    {
        Prerequisites.CheckSsh();
        var ssh = new SshServer(git);
        try
        {
            await ssh.StartAgain();
            return ssh;
        }
        catch
        {
            await ssh.DisposeAsync();
            throw;
        }
    }

    public string Url(string repository) => $"ssh://{Environment.UserName}@{Host}{_git.PathOf(repository)}";

    /// <summary>A line of <c>known_hosts</c> with a key that is not the server's.</summary>
    public string CreateWrongKnownHosts()
    {
        MakeKey("other");
        return KnownHostsWith("other");
    }

    /// <summary>A key that does not open it.</summary>
    public string CreateWrongPrivateKey()
    {
        MakeKey("stranger");
        return File.ReadAllText(Path.Combine(_folder, "stranger"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.Stop();
            _server.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartAgain()
    {
        Directory.CreateDirectory("/run/sshd"); // where sshd's less privileged half lives
        File.Copy(Path.Combine(_folder, "user.pub"), Path.Combine(_folder, "authorized_keys"));
        var config = Path.Combine(_folder, "sshd_config");
        await File.WriteAllTextAsync(
            config,
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                ListenAddress 127.0.0.1:{Port}
                HostKey {_folder}/host
                AuthorizedKeysFile {_folder}/authorized_keys
                PidFile none
                StrictModes no
                UsePAM no
                PasswordAuthentication no
                PermitRootLogin prohibit-password

                """
            )
        );
        _server = ServerProcess.Start(Prerequisites.Find("sshd")!, "-D", "-e", "-f", config); // it wants to be called by its full path
        await _server.WaitUntilReady(async () =>
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync("127.0.0.1", Port);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        });
    }

    private void MakeKey(string name)
    {
        var file = Path.Combine(_folder, name);
        if (!File.Exists(file))
            UnixTools.Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", file);
    }

    private string KnownHostsWith(string key)
    {
        var parts = File.ReadAllText(Path.Combine(_folder, key + ".pub")).Split(' ');
        return string.Create(CultureInfo.InvariantCulture, $"[127.0.0.1]:{Port} {parts[0]} {parts[1]}\n");
    }
}
