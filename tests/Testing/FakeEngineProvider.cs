using AutoDeploy.Engines;
using AutoDeploy.Ports;

namespace AutoDeploy.Testing;

/// <summary>Has one Docker host, whatever its name.</summary>
public sealed class FakeEngineProvider(IEngine engine, IContainerEngine containers, IImageBuilder builder) : IEngineProvider
{
    /// <param name="answer">As that of <see cref="Fake"/>, to all that a Docker host is asked.</param>
    public FakeEngineProvider(Func<string, object?[], object?> answer)
        : this(
            Fake.Create<IEngine>(
                (method, arguments) => method == $"get_{nameof(IEngine.Kind)}" ? default(EngineKind) : answer(method, arguments)
            ),
            Fake.Create<IContainerEngine>(answer),
            Fake.Create<IImageBuilder>(answer)
        ) { }

    public IReadOnlyList<string> Names { get; } = [EngineNames.Local];

    public IEngine Get(string name) => engine;

    public IContainerEngine GetContainerEngine(string name) => containers;

    public IImageBuilder GetImageBuilder(string name) => builder;
}
