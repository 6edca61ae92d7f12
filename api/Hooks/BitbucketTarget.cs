namespace AutoDeploy.Api.Hooks;

internal sealed record BitbucketTarget(string? Hash);
