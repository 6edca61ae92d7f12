using AutoDeploy.Api.Http;
using AutoDeploy.Sources;

namespace AutoDeploy.Api.Hooks;

/// <summary>
/// GitHub's container registry: the events <c>package</c> and <c>registry_package</c>, which differ in a member's name. One is sent for each
/// manifest, so that those of an image's platforms come without a tag.
/// </summary>
internal static class GitHubPackages
{
    private const string Expected =
        "expected GitHub's event package, {\"action\": …, \"package\": {\"package_type\": …, \"package_version\": {\"package_url\": …}}}";

    public static bool IsTold(string? name) => name is "package" or "registry_package";

    public static Reading Read(Push common, ReadOnlySpan<byte> json)
    {
        if (HookJson.Read(json, HookJson.Default.GitHubPackageDelivery, Expected, out var error) is not { } delivery)
            return Reading.Unreadable(error!);
        var (at, package) = delivery.RegistryPackage is { } other ? ("registry_package", other) : ("package", delivery.Package);
        if (package is null)
            return Reading.Unreadable($"`package` is missing; {Expected}.");
        if (delivery.Action is not ("published" or "updated"))
            return Reading.Nothing($"A package with the action \"{HttpFailure.Shorten(delivery.Action ?? "")}\" changes nothing.");
        if ((package.PackageType ?? package.Ecosystem)?.ToLowerInvariant() is not ("container" or "docker"))
            return Reading.Nothing($"A package of the type \"{HttpFailure.Shorten(package.PackageType ?? package.Ecosystem ?? "")}\" is not an image.");

        var version = package.PackageVersion;
        var told = version?.ContainerMetadata?.Tag;
        var url = ImageText.Of(version?.PackageUrl);
        var pushes = new ImagePushes(common with { Pusher = HookJson.Person(delivery.Sender?.Login) }, Expected);
        pushes.Add(new ToldTag(
            url is null ? $"{at}.name" : $"{at}.package_version.package_url",
            (url is { } given ? given.HostedName : package.HostedName)?.ToLowerInvariant(),
            url is null ? $"{at}.package_version.container_metadata.tag.name" : $"{at}.package_version.package_url",
            // either is empty where there is no tag
            told?.Name is "" ? "" : url?.Tag ?? told?.Name)
        {
            Digest = told?.Digest ?? version?.Name,
        });
        return pushes.Read("Nothing was pushed.");
    }
}

internal sealed record GitHubPackageDelivery(string? Action, GitHubPackage? Package, GitHubPackage? RegistryPackage, GitHubUser? Sender);

internal sealed record GitHubPackage(
    string? Name, string? Namespace, string? Ecosystem, string? PackageType, GitHubUser? Owner, GitHubPackageVersion? PackageVersion, GitHubPackageRegistry? Registry)
{
    /// <summary>Where no URL says it.</summary>
    public string? HostedName => string.IsNullOrEmpty(Name) || (Namespace ?? Owner?.Login) is not { Length: > 0 } owner ? null
        : ImageText.At(ImageText.HostOf(Registry?.Url) ?? "ghcr.io", $"{owner}/{Name}");
}

/// <param name="Name">The digest, for an image.</param>
/// <param name="PackageUrl"><c>ghcr.io/acme/api:1.2</c>; ends with the colon where there is no tag.</param>
internal sealed record GitHubPackageVersion(string? Name, string? PackageUrl, GitHubContainerMetadata? ContainerMetadata);

internal sealed record GitHubContainerMetadata(GitHubContainerTag? Tag);

internal sealed record GitHubContainerTag(string? Name, string? Digest);

internal sealed record GitHubPackageRegistry(string? Url);

internal sealed record GitHubUser(string? Login);
