namespace AutoDeploy.Api.Hooks;

internal sealed record BitbucketActor(string? Nickname, string? DisplayName);
