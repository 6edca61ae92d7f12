namespace AutoDeploy.Api.Hooks;

/// <param name="Version">The tag; the digest where there is none.</param>
/// <param name="HtmlUrl">The web's; the registry is at the same host.</param>
internal sealed record GiteaPackage(GiteaUser? Owner, string? Name, string? Type, string? Version, string? HtmlUrl);
