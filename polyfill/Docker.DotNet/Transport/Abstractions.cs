using Microsoft.Extensions.Logging;

namespace Docker.DotNet.Handler.Abstractions;

public sealed record ResolvedClientOptions
{
    public Version? ApiVersion { get; init; }

    public Uri Endpoint { get; init; } = null!;

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(100);
}

/// <param name="Handler">Carries the requests.</param>
/// <param name="EffectiveEndpoint">The http address that requests are made for.</param>
public sealed record ResolvedTransport(HttpMessageHandler Handler, Uri EffectiveEndpoint);

public interface IStreamHijacker
{
    /// <summary>The raw connection behind an answer that switched protocols.</summary>
    Task<WriteClosableStream> HijackStreamAsync(HttpContent content);
}

public interface IDockerHandlerFactory : IStreamHijacker
{
    ResolvedTransport CreateHandler(ResolvedClientOptions clientOptions, ILogger logger);
}

public interface IDockerHandlerFactory<in TTransportOptions> : IDockerHandlerFactory
{
    ResolvedTransport CreateHandler(TTransportOptions transportOptions, ResolvedClientOptions clientOptions, ILogger logger);
}

public abstract class WriteClosableStream : Stream
{
    public abstract bool CanCloseWrite { get; }

    public abstract void CloseWrite();
}
