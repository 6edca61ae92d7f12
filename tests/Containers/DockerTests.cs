using AutoDeploy.Ports;
using AutoDeploy.Testing;

namespace AutoDeploy.Containers.Tests;

/// <summary>A test with the real thing.</summary>
[Collection(DockerFixture.Name)]
public abstract class DockerTests(DockerFixture docker) : IAsyncLifetime
{
    protected static readonly CancellationToken None = CancellationToken.None;

    private readonly Guid _serviceId = Guid.NewGuid();

    protected DockerFixture Docker { get; } = docker;

    protected DockerEngine Engine => Docker.Engine;

    /// <summary>The service of this test.</summary>
    protected Guid ServiceId => _serviceId;

    /// <summary>A DNS name that only this test uses.</summary>
    protected string Alias => $"svc-{_serviceId:n}";

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var container in await Engine.List(ServiceId, None))
            await Engine.Remove(container.Id, None);
    }

    protected Task<ContainerSpec> CreateSpec(TestImage image, string tag = "latest", int slot = 1) =>
        Docker.CreateSpec(image, ServiceId, tag, slot);
}
