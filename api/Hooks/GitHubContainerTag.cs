namespace AutoDeploy.Api.Hooks;

internal sealed record GitHubContainerTag(string? Name, string? Digest);
