using Docker.DotNet.Models;

namespace Docker.DotNet;

public interface IImageOperations
{
    Task CreateImageAsync(ImagesCreateParameters parameters, AuthConfig? authConfig, IProgress<JSONMessage> progress, CancellationToken cancellationToken = default);

    Task BuildImageFromDockerfileAsync(
        ImageBuildParameters parameters,
        Stream contents,
        IEnumerable<AuthConfig>? authConfigs,
        IDictionary<string, string>? headers,
        IProgress<JSONMessage> progress,
        CancellationToken cancellationToken = default);

    Task<IList<ImagesListResponse>> ListImagesAsync(ImagesListParameters parameters, CancellationToken cancellationToken = default);

    Task<ImageInspectResponse> InspectImageAsync(string name, CancellationToken cancellationToken = default);

    Task TagImageAsync(string name, ImageTagParameters parameters, CancellationToken cancellationToken = default);

    Task<IList<IDictionary<string, string>>> DeleteImageAsync(string name, ImageDeleteParameters parameters, CancellationToken cancellationToken = default);
}

internal sealed class ImageOperations(DockerClient client) : IImageOperations
{
    public Task CreateImageAsync(ImagesCreateParameters parameters, AuthConfig? authConfig, IProgress<JSONMessage> progress, CancellationToken cancellationToken) =>
        client.Follow(
            new Request(HttpMethod.Post, "images/create")
            {
                Headers = new Dictionary<string, string> { ["X-Registry-Auth"] = Encode(authConfig ?? new AuthConfig()) },
            }.With("fromImage", parameters.FromImage).With("tag", parameters.Tag),
            progress,
            cancellationToken);

    public Task BuildImageFromDockerfileAsync(
        ImageBuildParameters parameters,
        Stream contents,
        IEnumerable<AuthConfig>? authConfigs,
        IDictionary<string, string>? headers,
        IProgress<JSONMessage> progress,
        CancellationToken cancellationToken)
    {
        var all = new Dictionary<string, string>
        {
            ["X-Registry-Config"] = Encode((authConfigs ?? []).Where(auth => auth.ServerAddress is { Length: > 0 }).ToDictionary(auth => auth.ServerAddress!)),
        };
        foreach (var (name, value) in headers ?? new Dictionary<string, string>())
            all[name] = value;
        var request = new Request(HttpMethod.Post, "build") { Archive = contents, Headers = all }
            .With("dockerfile", parameters.Dockerfile)
            .With("buildargs", parameters.BuildArgs)
            .With("labels", parameters.Labels)
            .With("target", parameters.Target)
            .With("rm", parameters.Remove)
            .With("forcerm", parameters.ForceRemove)
            .With("version", parameters.Version);
        foreach (var tag in parameters.Tags ?? [])
            request.With("t", tag);
        return client.Follow(request, progress, cancellationToken);
    }

    public async Task<IList<ImagesListResponse>> ListImagesAsync(ImagesListParameters parameters, CancellationToken cancellationToken) =>
        await client.Get<ImagesListResponse[]>(
            new Request(HttpMethod.Get, "images/json").With("all", parameters.All).With("filters", parameters.Filters), cancellationToken);

    public Task<ImageInspectResponse> InspectImageAsync(string name, CancellationToken cancellationToken) =>
        client.Get<ImageInspectResponse>(On(HttpMethod.Get, name, "/json"), cancellationToken);

    public async Task<IList<IDictionary<string, string>>> DeleteImageAsync(string name, ImageDeleteParameters parameters, CancellationToken cancellationToken) =>
        await client.Get<Dictionary<string, string>[]>(On(HttpMethod.Delete, name, "").With("force", parameters.Force), cancellationToken);

    public Task TagImageAsync(string name, ImageTagParameters parameters, CancellationToken cancellationToken) =>
        client.Send(On(HttpMethod.Post, name, "/tag").With("repo", parameters.RepositoryName).With("tag", parameters.Tag), cancellationToken);

    /// <summary>The daemon wants the alphabet for URLs, with padding.</summary>
    private static string Encode(object value) => Convert.ToBase64String(Json.Write(value)).Replace('+', '-').Replace('/', '_');

    private static Request On(HttpMethod method, string name, string action) => new(method, $"images/{name}{action}")
    {
        NotFound = (status, text) => new DockerImageNotFoundException(status, text),
    };
}
