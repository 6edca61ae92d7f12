using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AutoDeploy.Containers.Tests;

/// <summary>
/// A way to the daemon on which one kind of request, from when another has gone by, is held back until the test lets it go.
/// </summary>
internal sealed class DockerSocketProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _socketFile;
    private readonly string _holdBack;
    private readonly string _after;
    private volatile bool _holds;

    public DockerSocketProxy(string socketFile, string holdBack, string after = "")
    {
        _socketFile = socketFile;
        _holdBack = holdBack;
        _after = after;
        _listener.Start();
        _ = Accept();
    }

    public string Host => $"tcp://{_listener.LocalEndpoint}";

    public void Release() => _gate.TrySetResult();

    public void Dispose()
    {
        Release();
        _listener.Dispose();
    }

    private async Task Accept()
    {
        while (true)
            try
            {
                _ = Pass(await _listener.AcceptSocketAsync());
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
    }

    private async Task Pass(Socket client)
    {
        using var daemon = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await daemon.ConnectAsync(new UnixDomainSocketEndPoint(_socketFile));
        using (client)
            await Task.WhenAny(Copy(client, daemon, holdsBack: true), Copy(daemon, client, holdsBack: false));
    }

    private async Task Copy(Socket from, Socket to, bool holdsBack)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
            {
                if (holdsBack)
                {
                    var text = Encoding.ASCII.GetString(buffer, 0, count);
                    _holds |= text.Contains(_after, StringComparison.Ordinal);
                    if (_holds && text.Contains(_holdBack, StringComparison.Ordinal))
                        await _gate.Task;
                }

                await to.SendAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // one side is through
        }
    }
}
