using Docker.DotNet.Models;

namespace Docker.DotNet;

public interface IVolumeOperations
{
    Task<VolumesListResponse> ListAsync(VolumesListParameters? parameters = null, CancellationToken cancellationToken = default);

    Task<VolumeResponse> CreateAsync(VolumesCreateParameters parameters, CancellationToken cancellationToken = default);

    Task RemoveAsync(string name, bool? force = null, CancellationToken cancellationToken = default);
}

internal sealed class VolumeOperations(DockerClient client) : IVolumeOperations
{
    public Task<VolumesListResponse> ListAsync(VolumesListParameters? parameters, CancellationToken cancellationToken) =>
        client.Get<VolumesListResponse>(new Request(HttpMethod.Get, "volumes").With("filters", parameters?.Filters), cancellationToken);

    public Task<VolumeResponse> CreateAsync(VolumesCreateParameters parameters, CancellationToken cancellationToken) =>
        client.Get<VolumeResponse>(new Request(HttpMethod.Post, "volumes/create") { Body = parameters }, cancellationToken);

    public Task RemoveAsync(string name, bool? force, CancellationToken cancellationToken) =>
        client.Send(new Request(HttpMethod.Delete, $"volumes/{name}"), cancellationToken);
}
