namespace AutoDeploy.Api.Hooks;

internal sealed record GitHubContainerMetadata(GitHubContainerTag? Tag);
