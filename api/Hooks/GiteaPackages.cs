using AutoDeploy.Api.Http;
using AutoDeploy.Sources;

namespace AutoDeploy.Api.Hooks;

/// <summary>The container registry of Gitea and Forgejo: the event <c>package</c>, one for each manifest.</summary>
internal static class GiteaPackages
{
    private const string Expected =
        "expected Gitea's event package, {\"action\": …, \"package\": {\"type\": …, \"owner\": …, \"name\": …, \"version\": …, \"html_url\": …}}";

    public static bool IsTold(string? name) => name == "package";

    public static Reading Read(Push common, ReadOnlySpan<byte> json)
    {
        if (HookJson.Read(json, HookJson.Default.GiteaPackageDelivery, Expected, out var error) is not { } delivery)
            return Reading.Unreadable(error!);
        if (delivery.Package is not { } package)
            return Reading.Unreadable($"`package` is missing; {Expected}.");
        if (delivery.Action is not ("created" or "deleted"))
            return Reading.Nothing($"A package with the action \"{HttpFailure.Shorten(delivery.Action ?? "")}\" changes nothing.");
        if (package.Type is not "container")
            return Reading.Nothing($"A package of the type \"{HttpFailure.Shorten(package.Type ?? "")}\" is not an image.");

        var owner = package.Owner?.Login ?? package.Owner?.Username;
        var pushes = new ImagePushes(common with { Pusher = HookJson.Person(delivery.Sender?.Login ?? delivery.Sender?.Username) }, Expected);
        pushes.Add(new ToldTag(
            string.IsNullOrEmpty(package.Name) ? "package.name" : string.IsNullOrEmpty(owner) ? "package.owner.login" : "package.html_url",
            string.IsNullOrEmpty(package.Name) || string.IsNullOrEmpty(owner) ? null
                : ImageText.At(ImageText.HostOf(package.HtmlUrl), $"{owner}/{package.Name}".ToLowerInvariant()),
            "package.version", package.Version)
        {
            Deleted = delivery.Action == "deleted",
        });
        return pushes.Read("Nothing was pushed.");
    }
}

internal sealed record GiteaPackageDelivery(string? Action, GiteaPackage? Package, GiteaUser? Sender);

/// <param name="Version">The tag; the digest where there is none.</param>
/// <param name="HtmlUrl">The web's; the registry is at the same host.</param>
internal sealed record GiteaPackage(GiteaUser? Owner, string? Name, string? Type, string? Version, string? HtmlUrl);
