namespace AutoDeploy.Api.Hooks;

/// <param name="Closed">The branch was deleted.</param>
internal sealed record BitbucketChange(BitbucketRef? Old, BitbucketRef? New, bool? Closed);
