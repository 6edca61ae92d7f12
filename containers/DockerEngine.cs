using AutoDeploy.Containers.Docker;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Containers;

/// <summary>One Docker daemon, for each that needs a part of it. A file per theme.</summary>
public sealed partial class DockerEngine : IEngine, IContainerEngine, IImageBuilder, IDisposable
{
    private readonly DockerConnection _docker;
    private readonly ServiceNetwork _network;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly OwnContainers _ownContainers;
    private readonly LogSettings? _defaultLogging;

    /// <param name="name">What services call the engine.</param>
    /// <param name="find">Where the daemon is; asked at the first use.</param>
    /// <param name="network">The name of the services' network.</param>
    /// <param name="containers">Knows which containers are ours.</param>
    /// <param name="self">The container that this process runs in; null: in none, or it is to stay where it is.</param>
    /// <param name="defaultLogging">How the output of services is kept that say nothing of it; null: as the daemon is set.</param>
    public DockerEngine(
        string name,
        Func<DockerEndpoint> find,
        string network,
        IContainerLedger containers,
        ILogger<DockerEngine> logger,
        TimeProvider time,
        string? self = null,
        LogSettings? defaultLogging = null
    )
    {
        _ownContainers = new OwnContainers(name, containers, logger);
        _docker = new DockerConnection(find);
        _network = new ServiceNetwork(_docker, network, self, logger);
        _time = time;
        _defaultLogging = defaultLogging;
        _logger = logger;
    }

    public EngineKind Kind => EngineKind.DockerHost;

    public Task Ping(CancellationToken cancellationToken) =>
        _docker.Execute(client => client.System.PingAsync(cancellationToken), cancellationToken);

    public async Task<EngineInfo> Describe(CancellationToken cancellationToken)
    {
        var version = await _docker.Execute(client => client.System.GetVersionAsync(cancellationToken), cancellationToken);
        var name = version.Platform?.Name;
        return new EngineInfo(string.IsNullOrEmpty(name) ? "Docker Engine" : name, version.Version, version.APIVersion)
        {
            // whoever listens there made it when it began: dockerd itself, or the system at its own start
            Started = _docker.Endpoint.IsUnix ? File.GetLastWriteTimeUtc(_docker.Endpoint.Address.LocalPath) : null,
        };
    }

    public Task<bool> AcceptsConnections(CancellationToken cancellationToken) => _docker.Accepts(cancellationToken);

    public void Dispose()
    {
        _network.Dispose();
        _docker.Dispose();
    }

    private static Dictionary<string, IDictionary<string, bool>> Filter(params ReadOnlySpan<(string Kind, string Value)> filters)
    {
        var all = new Dictionary<string, IDictionary<string, bool>>();
        foreach (var (kind, value) in filters)
            all[kind] = new Dictionary<string, bool> { [value] = true };
        return all;
    }

    /// <summary>Calls back at once, on the thread that reports; <see cref="Progress{T}"/> would reorder.</summary>
    private sealed class Reporter<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}
