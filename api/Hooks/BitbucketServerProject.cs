namespace AutoDeploy.Api.Hooks;

internal sealed record BitbucketServerProject(string? Key);
