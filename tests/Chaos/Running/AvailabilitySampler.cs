using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using AutoDeploy.Testing;

namespace AutoDeploy.Chaos.Tests.Running;

/// <summary>Looks at the engine again and again for services of which nothing runs.</summary>
public sealed class AvailabilitySampler : IAsyncDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    private readonly DockerDaemon _docker;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<AvailabilityGap> _gaps = [];
    private readonly Task _task;
    private volatile IReadOnlyList<ServiceDriver> _watched = [];

    public AvailabilitySampler(DockerDaemon docker)
    {
        _docker = docker;
        _task = Task.Run(Go);
    }

    /// <summary>When nothing ran of whom since the round began.</summary>
    public IReadOnlyList<AvailabilityGap> Gaps => [.. _gaps];

    public void BeginRound(IReadOnlyList<ServiceDriver> watched)
    {
        _watched = watched;
        _gaps.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _task;
        _end.Dispose();
    }

    private async Task Go()
    {
        var filters = Uri.EscapeDataString("""{"label":["autodeploy.service"],"status":["running"]}""");
        while (!_end.IsCancellationRequested)
            try
            {
                var watched = _watched;
                var at = UptimeClock.Now;
                var text = await _docker.Http.GetStringAsync(
                    new Uri($"v1.41/containers/json?filters={filters}", UriKind.Relative),
                    _end.Token
                );
                var running = JsonNode
                    .Parse(text)!
                    .AsArray()
                    .Select(container => (string)container!["Labels"]!["autodeploy.service"]!)
                    .ToHashSet();
                foreach (var service in watched.Where(service => !running.Contains(service.Uuid)))
                    if (!(await ContainerInfo.All(_docker, service.Uuid)).Any(containerInfo => containerInfo.Runs))
                        _gaps.Enqueue(new AvailabilityGap(service.Part.Name, at));
                await Task.Delay(RetryDelay, _end.Token);
            }
            catch (Exception e) when (e is HttpRequestException or SocketException or IOException or OperationCanceledException)
            {
                // the engine is away, and with it what ran
                await Task.Delay(RetryDelay);
            }
    }
}
