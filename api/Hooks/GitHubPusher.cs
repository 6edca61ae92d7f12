namespace AutoDeploy.Api.Hooks;

internal sealed record GitHubPusher(string? Name);
