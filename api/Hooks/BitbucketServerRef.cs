namespace AutoDeploy.Api.Hooks;

internal sealed record BitbucketServerRef(string? Id);
