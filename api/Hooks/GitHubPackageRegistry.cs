namespace AutoDeploy.Api.Hooks;

internal sealed record GitHubPackageRegistry(string? Url);
