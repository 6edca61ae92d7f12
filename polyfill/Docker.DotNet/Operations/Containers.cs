using System.Globalization;
using System.Net;
using Docker.DotNet.Models;

namespace Docker.DotNet;

public interface IContainerOperations
{
    Task<IList<ContainerListResponse>> ListContainersAsync(ContainersListParameters parameters, CancellationToken cancellationToken = default);

    Task<CreateContainerResponse> CreateContainerAsync(CreateContainerParameters parameters, CancellationToken cancellationToken = default);

    Task<ContainerInspectResponse> InspectContainerAsync(string id, CancellationToken cancellationToken = default);

    Task<MultiplexedStream> GetContainerLogsAsync(string id, ContainerLogsParameters parameters, CancellationToken cancellationToken = default);

    /// <returns>False when it ran already.</returns>
    Task<bool> StartContainerAsync(string id, ContainerStartParameters? parameters = null, CancellationToken cancellationToken = default);

    /// <returns>False when it did not run.</returns>
    Task<bool> StopContainerAsync(string id, ContainerStopParameters parameters, CancellationToken cancellationToken = default);

    Task KillContainerAsync(string id, ContainerKillParameters parameters, CancellationToken cancellationToken = default);

    Task RenameContainerAsync(string id, ContainerRenameParameters parameters, CancellationToken cancellationToken = default);

    Task RemoveContainerAsync(string id, ContainerRemoveParameters parameters, CancellationToken cancellationToken = default);
}

internal sealed class ContainerOperations(DockerClient client) : IContainerOperations
{
    public async Task<IList<ContainerListResponse>> ListContainersAsync(ContainersListParameters parameters, CancellationToken cancellationToken) =>
        await client.Get<ContainerListResponse[]>(
            new Request(HttpMethod.Get, "containers/json").With("all", parameters.All).With("filters", parameters.Filters),
            cancellationToken);

    public Task<CreateContainerResponse> CreateContainerAsync(CreateContainerParameters parameters, CancellationToken cancellationToken) =>
        client.Get<CreateContainerResponse>(
            new Request(HttpMethod.Post, "containers/create")
            {
                Body = parameters,
                NotFound = (status, text) => new DockerImageNotFoundException(status, text),
            }.With("name", parameters.Name),
            cancellationToken);

    public Task<ContainerInspectResponse> InspectContainerAsync(string id, CancellationToken cancellationToken) =>
        client.Get<ContainerInspectResponse>(On(HttpMethod.Get, id, "/json"), cancellationToken);

    public async Task<MultiplexedStream> GetContainerLogsAsync(string id, ContainerLogsParameters parameters, CancellationToken cancellationToken)
    {
        var container = await InspectContainerAsync(id, cancellationToken);
        var request = On(HttpMethod.Get, id, "/logs")
            .With("stdout", parameters.ShowStdout).With("stderr", parameters.ShowStderr).With("tail", parameters.Tail);
        return new MultiplexedStream(await client.Stream(request, cancellationToken), container.Config?.Tty != true);
    }

    public async Task<bool> StartContainerAsync(string id, ContainerStartParameters? parameters, CancellationToken cancellationToken) =>
        await client.Send(On(HttpMethod.Post, id, "/start"), cancellationToken) != HttpStatusCode.NotModified;

    public async Task<bool> StopContainerAsync(string id, ContainerStopParameters parameters, CancellationToken cancellationToken) =>
        await client.Send(
            (On(HttpMethod.Post, id, "/stop") with { Timeout = Timeout.InfiniteTimeSpan })
                .With("t", parameters.WaitBeforeKillSeconds is > 0 and var seconds ? seconds.ToString(CultureInfo.InvariantCulture) : null),
            cancellationToken) != HttpStatusCode.NotModified;

    public Task KillContainerAsync(string id, ContainerKillParameters parameters, CancellationToken cancellationToken) =>
        client.Send(On(HttpMethod.Post, id, "/kill").With("signal", parameters.Signal), cancellationToken);

    public Task RenameContainerAsync(string id, ContainerRenameParameters parameters, CancellationToken cancellationToken) =>
        client.Send(On(HttpMethod.Post, id, "/rename").With("name", parameters.NewName), cancellationToken);

    public Task RemoveContainerAsync(string id, ContainerRemoveParameters parameters, CancellationToken cancellationToken) =>
        client.Send(On(HttpMethod.Delete, id, "").With("v", parameters.RemoveVolumes).With("force", parameters.Force), cancellationToken);

    private static Request On(HttpMethod method, string id, string action) => new(method, $"containers/{id}{action}")
    {
        NotFound = (status, text) => new DockerContainerNotFoundException(status, text),
    };
}
