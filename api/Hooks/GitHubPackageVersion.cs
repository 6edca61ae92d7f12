namespace AutoDeploy.Api.Hooks;

/// <param name="Name">The digest, for an image.</param>
/// <param name="PackageUrl"><c>ghcr.io/acme/api:1.2</c>; ends with the colon where there is no tag.</param>
internal sealed record GitHubPackageVersion(string? Name, string? PackageUrl, GitHubContainerMetadata? ContainerMetadata);
