namespace AutoDeploy.Api.Hooks;

/// <param name="Digest">In full: <c>host/name@sha256:…</c>.</param>
/// <param name="Tag">In full: <c>host/name:tag</c>; missing where there is none.</param>
internal sealed record GoogleEvent(string? Action, string? Digest, string? Tag);
