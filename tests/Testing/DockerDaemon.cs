using System.Diagnostics;
using System.Net.Sockets;

namespace AutoDeploy.Testing;

/// <summary>
/// A dockerd of its own with a socket, images and containers of its own. It can be stopped, killed and started again on the same
/// data, and leaves nothing behind when it is disposed of.
/// </summary>
public sealed class DockerDaemon : IAsyncDisposable
{
    private readonly DockerNetworkSlot _slot;
    private readonly HttpClient _http;
    private readonly Certificates? _certificates;
    private ServerProcess? _server;

    private DockerDaemon(DockerNetworkSlot slot, int? megabytes, Certificates? certificates)
    {
        _slot = slot;
        _certificates = certificates;
        Port = certificates is null ? 0 : UnixTools.FreePort();
        Disk = megabytes is { } size ? new SmallDisk(DataRoot, size) : null;
        _http = new HttpClient(
            new SocketsHttpHandler
            {
                ConnectCallback = async (_, cancellationToken) =>
                {
                    var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    try
                    {
                        await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketFile), cancellationToken);
                        return new NetworkStream(socket, ownsSocket: true);
                    }
                    catch
                    {
                        socket.Dispose();
                        throw;
                    }
                },
            }
        )
        {
            BaseAddress = new Uri("http://docker/"),
        };
    }

    /// <summary>For <c>DOCKER_HOST</c>.</summary>
    public string Host => "unix://" + SocketFile;

    public string SocketFile => Path.Combine(_slot.Folder, "docker.sock");

    /// <summary>Of this machine, where it listens too when it was started with certificates; else 0.</summary>
    public int Port { get; }

    /// <summary>What dockerd said last.</summary>
    public string Output => _server?.Output ?? "";

    /// <summary>Asks the daemon's API without the product's client: <c>v1.41/…</c>.</summary>
    public HttpClient Http => _http;

    /// <summary>Where its images and containers are, if it was started with a small disk.</summary>
    public SmallDisk? Disk { get; }

    private string DataRoot => Path.Combine(_slot.Folder, "data");

    /// <param name="megabytes">Has its images and containers on a disk of that size; null: where all temporary files are.</param>
    /// <param name="certificates">Listens on a port too, where nobody is let in without them.</param>
    public static async Task<DockerDaemon> Start(int? megabytes = null, Certificates? certificates = null)
    {
        Prerequisites.Check();
        var daemon = new DockerDaemon(DockerNetworkSlot.Take(), megabytes, certificates);
        try
        {
            await daemon.StartAgain();
            return daemon;
        }
        catch
        {
            await daemon.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it on the data that it had.</summary>
    public async Task StartAgain()
    {
        var folder = _slot.Folder;
        await File.WriteAllTextAsync(Path.Combine(folder, "daemon.json"), "{}"); // instead of the machine's own
        // a killed process that nobody waits for (PID 1 of a container seldom does) looks alive to the next dockerd
        File.Delete(Path.Combine(folder, "docker.pid"));
        if (Directory.Exists(Path.Combine(folder, "exec", "containerd")))
            File.Delete(Path.Combine(folder, "exec", "containerd", "containerd.pid"));
        _server?.Dispose();
        _server = ServerProcess.Start(
            "dockerd",
            [
                "--config-file",
                Path.Combine(folder, "daemon.json"),
                "--data-root",
                DataRoot,
                "--exec-root",
                Path.Combine(folder, "exec"),
                "--pidfile",
                Path.Combine(folder, "docker.pid"),
                "--host",
                Host,
                "--bridge",
                _slot.Bridge,
                "--default-address-pool",
                $"base={_slot.Pool},size=24",
                "--containerd-namespace",
                Path.GetFileName(folder),
                "--containerd-plugins-namespace",
                Path.GetFileName(folder) + "-plugins",
                "--iptables=false", // dockerds flush each other's chains; see DockerSlot
                "--shutdown-timeout",
                "2",
                "--log-level",
                "warn",
                .. Listening(),
            ]
        );
        await _server.WaitUntilReady(IsReady);
    }

    /// <summary>The docker command against it; its output.</summary>
    public async Task<string> Cli(params string[] arguments)
    {
        var start = new ProcessStartInfo("docker", ["-H", Host, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var docker = Process.Start(start)!;
        var error = docker.StandardError.ReadToEndAsync();
        var output = await docker.StandardOutput.ReadToEndAsync();
        await docker.WaitForExitAsync();
        return docker.ExitCode == 0
            ? output.Trim()
            : throw new InvalidOperationException($"docker {string.Join(' ', arguments)}: {await error}");
    }

    /// <summary>Stops it as a system does: its containers are stopped, too.</summary>
    public Task Stop() => _server?.Stop() ?? Task.CompletedTask;

    /// <summary>SIGKILL: nothing is finished.</summary>
    public Task Kill() => _server?.Kill() ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await Stop();
        _server?.Dispose();
        _http.Dispose();
        Disk?.Free();
        _slot.Dispose();
    }

    private IEnumerable<string> Listening() =>
        _certificates is null
            ? []
            :
            [
                "--host",
                $"tcp://127.0.0.1:{Port}",
                "--tlsverify",
                "--tlscacert",
                _certificates.Path("ca.pem"),
                "--tlscert",
                _certificates.Path("server-cert.pem"),
                "--tlskey",
                _certificates.Path("server-key.pem"),
            ];

    private async Task<bool> IsReady()
    {
        try
        {
            using var answer = await _http.GetAsync("_ping");
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or SocketException)
        {
            return false;
        }
    }
}
