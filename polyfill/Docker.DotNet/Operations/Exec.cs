using Docker.DotNet.Models;

namespace Docker.DotNet;

public interface IExecOperations
{
    Task<ContainerExecInspectResponse> InspectContainerExecAsync(string id, CancellationToken cancellationToken = default);

    Task<ContainerExecCreateResponse> CreateContainerExecAsync(string id, ContainerExecCreateParameters parameters, CancellationToken cancellationToken = default);

    Task<MultiplexedStream> StartContainerExecAsync(string id, ContainerExecStartParameters parameters, CancellationToken cancellationToken = default);
}

internal sealed class ExecOperations(DockerClient client) : IExecOperations
{
    public Task<ContainerExecInspectResponse> InspectContainerExecAsync(string id, CancellationToken cancellationToken) =>
        client.Get<ContainerExecInspectResponse>(On(HttpMethod.Get, $"exec/{id}/json"), cancellationToken);

    public Task<ContainerExecCreateResponse> CreateContainerExecAsync(string id, ContainerExecCreateParameters parameters, CancellationToken cancellationToken) =>
        client.Get<ContainerExecCreateResponse>(On(HttpMethod.Post, $"containers/{id}/exec") with { Body = parameters }, cancellationToken);

    public async Task<MultiplexedStream> StartContainerExecAsync(string id, ContainerExecStartParameters parameters, CancellationToken cancellationToken) =>
        new(await client.Hijack(On(HttpMethod.Post, $"exec/{id}/start") with { Body = parameters }, cancellationToken), !parameters.TTY);

    private static Request On(HttpMethod method, string path) => new(method, path)
    {
        NotFound = (status, text) => new DockerContainerNotFoundException(status, text),
    };
}
