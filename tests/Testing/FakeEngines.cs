using AutoDeploy.Engines;
using AutoDeploy.Ports;

namespace AutoDeploy.Testing;

/// <summary>One engine, on paper.</summary>
public sealed class FakeEngines : IEngineProvider
{
    public FakeEngine Engine { get; } = new();

    public IReadOnlyList<string> Names { get; } = [EngineNames.Local];

    public IEngine Get(string name) => Engine;

    public IContainerEngine GetContainerEngine(string name) => Engine;

    public IImageBuilder GetImageBuilder(string name) => Engine;
}
