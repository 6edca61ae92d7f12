namespace AutoDeploy.Api.Hooks;

/// <param name="Tag">The digest, where there is none.</param>
/// <param name="ResourceUrl">Without a scheme: <c>harbor.acme.test/web/api:1.2</c>.</param>
internal sealed record HarborResource(string? Digest, string? Tag, string? ResourceUrl);
