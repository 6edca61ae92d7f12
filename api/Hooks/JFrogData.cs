namespace AutoDeploy.Api.Hooks;

internal sealed record JFrogData(string? RepoKey, string? ImageName, string? Tag, string? Sha256, string? Path);
