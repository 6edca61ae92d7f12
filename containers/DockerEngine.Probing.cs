using System.Net.Sockets;
using AutoDeploy.Ports;

namespace AutoDeploy.Containers;

public sealed partial class DockerEngine
{
    /// <summary>A connection per try, straight to the container.</summary>
    private static readonly HttpClient Prober = new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.Zero,
        }
    )
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public async Task<string?> Probe(string id, ProbeTarget target, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var container = await Inspect(id, cancellationToken);
        if (container?.State?.Running != true)
            return "The container does not run.";
        var address =
            container.HostConfig?.NetworkMode == "host"
                ? "127.0.0.1"
                : ContainerInspectReader.Endpoint(container, _network.Name)?.IPAddress;
        // it may have been made by an earlier process of ours, which reached it from another container
        await _network.Ensure(cancellationToken);
        if (string.IsNullOrEmpty(address))
            return $"The container has no address on the network {_network.Name}.";

        using var limit = new CancellationTokenSource(timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return target.Path is { } path
                ? await ProbeHttp(address, target.Port, path, either.Token)
                : await ProbeTcp(address, target.Port, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"Port {target.Port} did not answer within {timeout.TotalSeconds:0.###} s.";
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or IOException)
        {
            var refused = (e as SocketException ?? e.InnerException as SocketException)?.SocketErrorCode == SocketError.ConnectionRefused;
            return refused ? $"Nothing listens on port {target.Port}." : $"Port {target.Port} cannot be reached: {e.Message}";
        }
    }

    private static async Task<string?> ProbeTcp(string address, int port, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address, port, cancellationToken);
        return null;
    }

    private static async Task<string?> ProbeHttp(string address, int port, string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{address}:{port}/{path.TrimStart('/')}");
        request.Headers.ConnectionClose = true;
        using var response = await Prober.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        return (int)response.StatusCode is >= 200 and < 400
            ? null
            : $"/{path.TrimStart('/')} on port {port} answered {(int)response.StatusCode}.";
    }
}
