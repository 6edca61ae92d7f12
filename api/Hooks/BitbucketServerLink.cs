namespace AutoDeploy.Api.Hooks;

internal sealed record BitbucketServerLink(string? Href);
