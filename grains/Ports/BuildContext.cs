namespace AutoDeploy.Ports;

/// <summary>A tar for the engine's build. The content is read once and streams while it is read.</summary>
/// <param name="content">The tar.</param>
/// <param name="dockerfile">The name of the Dockerfile in it.</param>
public sealed class BuildContext(Stream content, string dockerfile) : IAsyncDisposable
{
    public Stream Content => content;

    public string Dockerfile => dockerfile;

    public ValueTask DisposeAsync() => content.DisposeAsync();
}
