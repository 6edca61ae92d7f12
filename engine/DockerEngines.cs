using AutoDeploy.Engines;
using AutoDeploy.Ports;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AutoDeploy.Engine;

/// <summary>A <see cref="DockerEngine"/> for each name.</summary>
public sealed partial class DockerEngines : IEngines, IDisposable
{
    private readonly Dictionary<string, DockerEngine> _engines = [];
    private readonly ILogger _logger;

    /// <exception cref="EngineException">An address, or its certificates, cannot be used.</exception>
    public DockerEngines(IOptions<EngineOptions> options, ILogger<DockerEngine> logger, TimeProvider time)
    {
        _logger = logger;
        foreach (var address in options.Value.Engines)
        {
            var endpoint = DockerEndpoint.Of(address);
            if (!endpoint.IsUnix && endpoint.Tls is null)
                LogPlain(address.Name, address.Url);
            _engines.Add(address.Name, new DockerEngine(() => endpoint, options.Value.Network, logger, time, ServiceNetwork.OwnContainer));
        }

        if (_engines.Count == 0)
            _engines.Add(
                EngineNames.Local,
                new DockerEngine(() => DockerEndpoint.Find(Environment.GetEnvironmentVariable), options.Value.Network, logger, time, ServiceNetwork.OwnContainer));
        Names = [.. _engines.Keys.Order(StringComparer.Ordinal)];
    }

    public IReadOnlyList<string> Names { get; }

    public IEngine Get(string name) => _engines.GetValueOrDefault(name) ?? throw EngineNames.NotReached(name);

    public void Dispose()
    {
        foreach (var engine in _engines.Values)
            engine.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "the engine {Engine} at {Url} is reached without TLS: whoever reaches it there can do anything on its machine")]
    private partial void LogPlain(string engine, string url);
}
