namespace AutoDeploy.Api.Hooks;

internal sealed record BitbucketRepository(string? FullName);
