using AutoDeploy.Api.Http;
using AutoDeploy.Sources;

namespace AutoDeploy.Api.Hooks;

/// <summary>The container registry of Gitea and Forgejo: the event <c>package</c>, one for each manifest.</summary>
internal static class GiteaPackageEvents
{
    private const string Expected =
        "expected Gitea's event package, {\"action\": …, \"package\": {\"type\": …, \"owner\": …, \"name\": …, \"version\": …, "
        + "\"html_url\": …}}";

    public static bool IsPackageEvent(string? name) => name == "package";

    public static HookReading Read(Push common, ReadOnlySpan<byte> json)
    {
        if (HookJson.Read(json, HookJson.Default.GiteaPackageDelivery, Expected, out var error) is not { } delivery)
            return HookReading.Unreadable(error!);
        if (delivery.Package is not { } package)
            return HookReading.Unreadable($"`package` is missing; {Expected}.");
        if (delivery.Action is not ("created" or "deleted"))
            return HookReading.Nothing($"A package with the action \"{ApiException.Shorten(delivery.Action ?? "")}\" changes nothing.");
        if (package.Type is not "container")
            return HookReading.Nothing($"A package of the type \"{ApiException.Shorten(package.Type ?? "")}\" is not an image.");

        var owner = package.Owner?.Login ?? package.Owner?.Username;
        var pushes = new ImagePushCollector(
            common with
            {
                Pusher = HookJson.Person(delivery.Sender?.Login ?? delivery.Sender?.Username),
            },
            Expected
        );
        pushes.Add(
            new ReportedTag(
                string.IsNullOrEmpty(package.Name) ? "package.name"
                    : string.IsNullOrEmpty(owner) ? "package.owner.login"
                    : "package.html_url",
                string.IsNullOrEmpty(package.Name) || string.IsNullOrEmpty(owner)
                    ? null
                    : ImageReferenceText.Join(ImageReferenceText.FindHost(package.HtmlUrl), $"{owner}/{package.Name}".ToLowerInvariant()),
                "package.version",
                package.Version
            )
            {
                Deleted = delivery.Action == "deleted",
            }
        );
        return pushes.Read("Nothing was pushed.");
    }
}
