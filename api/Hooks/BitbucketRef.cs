namespace AutoDeploy.Api.Hooks;

/// <param name="Name">Short: <c>main</c>.</param>
internal sealed record BitbucketRef(string? Type, string? Name, BitbucketTarget? Target);
