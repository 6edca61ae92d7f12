using AutoDeploy.Engines;
using AutoDeploy.Ports;

namespace AutoDeploy.Benchmarks;

/// <summary>One engine, on paper.</summary>
internal sealed class PaperEngines : IEngines
{
    private readonly PaperEngine _engine = new();

    public IReadOnlyList<string> Names { get; } = [EngineNames.Local];

    public IEngine Get(string name) => _engine;
}
