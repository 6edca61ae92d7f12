using AutoDeploy.Api.Http;
using AutoDeploy.Sources;

namespace AutoDeploy.Api.Hooks;

/// <summary>
/// GitHub's container registry: the events <c>package</c> and <c>registry_package</c>, which differ in a member's name. One is sent for
/// each manifest, so that those of an image's platforms come without a tag.
/// </summary>
internal static class GitHubPackageEvents
{
    private const string Expected =
        "expected GitHub's event package, "
        + "{\"action\": …, \"package\": {\"package_type\": …, \"package_version\": {\"package_url\": …}}}";

    public static bool IsPackageEvent(string? name) => name is "package" or "registry_package";

    public static HookReading Read(Push common, ReadOnlySpan<byte> json)
    {
        if (HookJson.Read(json, HookJson.Default.GitHubPackageDelivery, Expected, out var error) is not { } delivery)
            return HookReading.Unreadable(error!);
        var (at, package) = delivery.RegistryPackage is { } other ? ("registry_package", other) : ("package", delivery.Package);
        if (package is null)
            return HookReading.Unreadable($"`package` is missing; {Expected}.");
        if (delivery.Action is not ("published" or "updated"))
            return HookReading.Nothing($"A package with the action \"{ApiException.Shorten(delivery.Action ?? "")}\" changes nothing.");
        if ((package.PackageType ?? package.Ecosystem)?.ToLowerInvariant() is not ("container" or "docker"))
            return HookReading.Nothing(
                $"A package of the type \"{ApiException.Shorten(package.PackageType ?? package.Ecosystem ?? "")}\" is not an image."
            );

        var version = package.PackageVersion;
        var told = version?.ContainerMetadata?.Tag;
        var url = ImageReferenceText.Parse(version?.PackageUrl);
        var pushes = new ImagePushCollector(common with { Pusher = HookJson.Person(delivery.Sender?.Login) }, Expected);
        pushes.Add(
            new ReportedTag(
                url is null ? $"{at}.name" : $"{at}.package_version.package_url",
                (url is { } given ? given.HostedName : package.HostedName)?.ToLowerInvariant(),
                url is null ? $"{at}.package_version.container_metadata.tag.name" : $"{at}.package_version.package_url",
                // either is empty where there is no tag
                told?.Name
                    is ""
                    ? ""
                    : url?.Tag ?? told?.Name
            )
            {
                Digest = told?.Digest ?? version?.Name,
            }
        );
        return pushes.Read("Nothing was pushed.");
    }
}
