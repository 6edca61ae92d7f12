using Docker.DotNet.Models;

namespace Docker.DotNet;

public interface IImageOperations
{
    Task CreateImageAsync(ImagesCreateParameters parameters, AuthConfig? authConfig, IProgress<JSONMessage> progress, CancellationToken cancellationToken = default);

    Task<ImageInspectResponse> InspectImageAsync(string name, CancellationToken cancellationToken = default);

    Task<IList<IDictionary<string, string>>> DeleteImageAsync(string name, ImageDeleteParameters parameters, CancellationToken cancellationToken = default);
}

internal sealed class ImageOperations(DockerClient client) : IImageOperations
{
    public Task CreateImageAsync(ImagesCreateParameters parameters, AuthConfig? authConfig, IProgress<JSONMessage> progress, CancellationToken cancellationToken) =>
        client.Follow(
            new Request(HttpMethod.Post, "images/create")
            {
                // the daemon wants the alphabet for URLs, with padding
                RegistryAuth = Convert.ToBase64String(Json.Write(authConfig ?? new AuthConfig())).Replace('+', '-').Replace('/', '_'),
            }.With("fromImage", parameters.FromImage).With("tag", parameters.Tag),
            progress,
            cancellationToken);

    public Task<ImageInspectResponse> InspectImageAsync(string name, CancellationToken cancellationToken) =>
        client.Get<ImageInspectResponse>(On(HttpMethod.Get, name, "/json"), cancellationToken);

    public async Task<IList<IDictionary<string, string>>> DeleteImageAsync(string name, ImageDeleteParameters parameters, CancellationToken cancellationToken) =>
        await client.Get<Dictionary<string, string>[]>(On(HttpMethod.Delete, name, "").With("force", parameters.Force), cancellationToken);

    private static Request On(HttpMethod method, string name, string action) => new(method, $"images/{name}{action}")
    {
        NotFound = (status, text) => new DockerImageNotFoundException(status, text),
    };
}
