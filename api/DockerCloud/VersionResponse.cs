using AutoDeploy.Api.Http;
using AutoDeploy.Services;

namespace AutoDeploy.Api.DockerCloud;

/// <param name="Image">With its tag, canonical.</param>
/// <param name="Digest">Null while nobody has asked the registry. Of a built image: its id.</param>
/// <param name="Commit">What it was built from; null for an image that was pulled.</param>
/// <param name="DeployedDatetime">When it was proven; of an available version: when it was heard of.</param>
public sealed record VersionResponse(string Image, string? Tag, string? Digest, string? Commit, string? DeployedDatetime)
{
    public static VersionResponse? From(ServiceVersion? version) =>
        version is null
            ? null
            : new VersionResponse(
                version.Image.ToString(),
                version.Image.Tag,
                version.Digest,
                version.Commit,
                ApiDates.Format(version.Time)
            );
}
