namespace AutoDeploy.Api.Hooks;

internal sealed record DockerHubRepository(string? RepoName);
