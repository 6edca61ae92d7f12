namespace AutoDeploy.Api.Hooks;

internal sealed record GitHubPackage(
    string? Name,
    string? Namespace,
    string? Ecosystem,
    string? PackageType,
    GitHubUser? Owner,
    GitHubPackageVersion? PackageVersion,
    GitHubPackageRegistry? Registry
)
{
    /// <summary>Where no URL says it.</summary>
    public string? HostedName =>
        string.IsNullOrEmpty(Name) || (Namespace ?? Owner?.Login) is not { Length: > 0 } owner
            ? null
            : ImageReferenceText.Join(ImageReferenceText.FindHost(Registry?.Url) ?? "ghcr.io", $"{owner}/{Name}");
}
