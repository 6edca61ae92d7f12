using Docker.DotNet.Handler.Abstractions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Docker.DotNet;

/// <summary>Collects what a client needs. Only <see cref="DockerClientBuilder{TTransportOptions}"/> can build one here.</summary>
public class DockerClientBuilder
{
    public DockerClientBuilder()
    {
    }

    protected DockerClientBuilder(ResolvedClientOptions options) => Options = options;

    protected ResolvedClientOptions Options { get; private set; } = new();

    public DockerClientBuilder WithApiVersion(Version? version)
    {
        Options = Options with { ApiVersion = version };
        return this;
    }

    public DockerClientBuilder WithEndpoint(Uri endpoint)
    {
        Options = Options with { Endpoint = endpoint };
        return this;
    }

    public DockerClientBuilder WithTimeout(TimeSpan timeout)
    {
        Options = Options with { Timeout = timeout };
        return this;
    }

    public DockerClientBuilder<TTransportOptions> WithTransportOptions<TTransportOptions>(
        IDockerHandlerFactory<TTransportOptions> transportFactory, TTransportOptions transportOptions) =>
        new(transportFactory, transportOptions, Options);
}

public sealed class DockerClientBuilder<TTransportOptions> : DockerClientBuilder
{
    private readonly IDockerHandlerFactory<TTransportOptions> _factory;
    private readonly TTransportOptions _transportOptions;

    internal DockerClientBuilder(IDockerHandlerFactory<TTransportOptions> factory, TTransportOptions transportOptions, ResolvedClientOptions options)
        : base(options)
    {
        _factory = factory;
        _transportOptions = transportOptions;
    }

    public DockerClient Build() =>
        new(_factory.CreateHandler(_transportOptions, Options, NullLogger.Instance), Options, _factory);
}
