namespace AutoDeploy.Api.Hooks;

internal sealed record GitHubUser(string? Login);
