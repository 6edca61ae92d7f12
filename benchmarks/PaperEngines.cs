using AutoDeploy.Engines;
using AutoDeploy.Ports;

namespace AutoDeploy.Benchmarks;

/// <summary>One engine, on paper.</summary>
internal sealed class PaperEngines : IEngines
{
    public PaperEngine Engine { get; } = new();

    public IReadOnlyList<string> Names { get; } = [EngineNames.Local];

    public IEngine Get(string name) => Engine;
}
