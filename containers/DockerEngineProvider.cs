using AutoDeploy.Containers.Docker;
using AutoDeploy.Engines;
using AutoDeploy.Ports;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AutoDeploy.Containers;

/// <summary>A <see cref="DockerEngine"/> for each name.</summary>
public sealed partial class DockerEngineProvider : IEngineProvider, IDisposable
{
    private readonly Dictionary<string, DockerEngine> _engines = [];
    private readonly ILogger _logger;

    /// <exception cref="EngineException">An address, or its certificates, cannot be used.</exception>
    public DockerEngineProvider(IOptions<DockerOptions> options, ILedger ledger, ILogger<DockerEngine> logger, TimeProvider time)
    {
        _logger = logger;
        foreach (var address in options.Value.Engines)
        {
            var endpoint = DockerEndpoint.From(address);
            if (!endpoint.IsUnix && endpoint.Tls is null)
                LogPlain(address.Name, address.Url);
            Add(address.Name, () => endpoint);
        }

        if (_engines.Count == 0)
            Add(EngineNames.Local, () => DockerEndpoint.Find(Environment.GetEnvironmentVariable));
        Names = [.. _engines.Keys.Order(StringComparer.Ordinal)];

        void Add(string name, Func<DockerEndpoint> find) =>
            _engines.Add(
                name,
                new DockerEngine(
                    name,
                    find,
                    options.Value.Network,
                    ledger,
                    logger,
                    time,
                    ServiceNetwork.OwnContainer,
                    options.Value.DefaultLogging
                )
            );
    }

    public IReadOnlyList<string> Names { get; }

    public IEngine Get(string name) => Find(name);

    public IContainerEngine GetContainerEngine(string name) => Find(name);

    public IImageBuilder GetImageBuilder(string name) => Find(name);

    public void Dispose()
    {
        foreach (var engine in _engines.Values)
            engine.Dispose();
    }

    private DockerEngine Find(string name) => _engines.GetValueOrDefault(name) ?? throw EngineNames.CreateNotReachedException(name);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Engine {Engine} at {Url} is used without TLS; anyone who can connect to it controls its machine"
    )]
    private partial void LogPlain(string engine, string url);
}
