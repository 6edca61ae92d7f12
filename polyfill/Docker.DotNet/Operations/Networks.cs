using Docker.DotNet.Models;

namespace Docker.DotNet;

public interface INetworkOperations
{
    Task<IList<NetworkResponse>> ListNetworksAsync(NetworksListParameters? parameters = null, CancellationToken cancellationToken = default);

    Task<NetworkResponse> InspectNetworkAsync(string id, CancellationToken cancellationToken = default);

    Task DeleteNetworkAsync(string id, CancellationToken cancellationToken = default);

    Task<NetworksCreateResponse> CreateNetworkAsync(NetworksCreateParameters parameters, CancellationToken cancellationToken = default);

    Task ConnectNetworkAsync(string id, NetworkConnectParameters parameters, CancellationToken cancellationToken = default);

    Task DisconnectNetworkAsync(string id, NetworkDisconnectParameters parameters, CancellationToken cancellationToken = default);
}

internal sealed class NetworkOperations(DockerClient client) : INetworkOperations
{
    public async Task<IList<NetworkResponse>> ListNetworksAsync(NetworksListParameters? parameters, CancellationToken cancellationToken) =>
        await client.Get<NetworkResponse[]>(new Request(HttpMethod.Get, "networks").With("filters", parameters?.Filters), cancellationToken);

    public Task<NetworkResponse> InspectNetworkAsync(string id, CancellationToken cancellationToken) =>
        client.Get<NetworkResponse>(On(HttpMethod.Get, id, ""), cancellationToken);

    public Task DeleteNetworkAsync(string id, CancellationToken cancellationToken) =>
        client.Send(On(HttpMethod.Delete, id, ""), cancellationToken);

    public Task<NetworksCreateResponse> CreateNetworkAsync(NetworksCreateParameters parameters, CancellationToken cancellationToken) =>
        client.Get<NetworksCreateResponse>(new Request(HttpMethod.Post, "networks/create") { Body = parameters }, cancellationToken);

    public Task ConnectNetworkAsync(string id, NetworkConnectParameters parameters, CancellationToken cancellationToken) =>
        client.Send(On(HttpMethod.Post, id, "/connect") with { Body = parameters }, cancellationToken);

    public Task DisconnectNetworkAsync(string id, NetworkDisconnectParameters parameters, CancellationToken cancellationToken) =>
        client.Send(On(HttpMethod.Post, id, "/disconnect") with { Body = parameters }, cancellationToken);

    private static Request On(HttpMethod method, string id, string action) => new(method, $"networks/{id}{action}")
    {
        NotFound = (status, text) => new DockerNetworkNotFoundException(status, text),
    };
}
