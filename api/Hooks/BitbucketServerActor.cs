namespace AutoDeploy.Api.Hooks;

internal sealed record BitbucketServerActor(string? Name);
