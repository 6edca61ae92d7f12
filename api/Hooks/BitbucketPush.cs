namespace AutoDeploy.Api.Hooks;

internal sealed record BitbucketPush(IReadOnlyList<BitbucketChange?>? Changes);
