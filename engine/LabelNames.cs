using System.Globalization;
using AutoDeploy.Ports;
using AutoDeploy.Sources;

namespace AutoDeploy.Engine;

/// <summary>Our labels as they are written on containers.</summary>
internal static class LabelNames
{
    public const string Prefix = "autodeploy.";
    public const string Service = Prefix + "service";
    public const string Deployment = Prefix + "deployment";
    public const string Container = Prefix + "container";
    public const string Slot = Prefix + "slot";
    public const string Image = Prefix + "image";
    public const string Digest = Prefix + "digest";
    public const string Commit = Prefix + "commit";

    /// <summary>On images: what two equal builds have in common.</summary>
    public const string Build = Prefix + "build";

    /// <summary>Links are part of a container's place on the network: kept here for when an interrupted move lost that place.</summary>
    public const string Links = Prefix + "links";

    public static Dictionary<string, string> Write(ContainerSpec spec)
    {
        var all = new Dictionary<string, string>();
        foreach (var (name, value) in spec.UserLabels)
            if (!name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
                all[name] = value;
        all[Service] = spec.Labels.Service.ToString();
        all[Deployment] = spec.Labels.Deployment.ToString();
        all[Container] = spec.Labels.Container.ToString();
        all[Slot] = spec.Labels.Slot.ToString(CultureInfo.InvariantCulture);
        all[Image] = spec.Labels.Image;
        all[Digest] = spec.Labels.Digest;
        if (spec.Labels.Commit is { } commit)
            all[Commit] = commit;
        if (spec.Links.Count > 0)
            all[Links] = string.Join(',', WriteLinks(spec));
        return all;
    }

    /// <summary>Links as Docker wants them, <c>target:name</c>.</summary>
    public static IEnumerable<string> WriteLinks(ContainerSpec spec) => spec.Links.Select(link => $"{link.Value}:{link.Key}");

    public static IList<string> ReadLinks(IDictionary<string, string>? labels) =>
        labels?.TryGetValue(Links, out var links) == true ? links.Split(',', StringSplitOptions.RemoveEmptyEntries) : [];

    /// <summary>Null when they are not ours or cannot be read.</summary>
    public static ContainerLabels? Read(IDictionary<string, string>? labels) =>
        labels is not null
        && labels.TryGetValue(Service, out var service) && Guid.TryParse(service, out var serviceId)
        && labels.TryGetValue(Deployment, out var deployment) && Guid.TryParse(deployment, out var deploymentId)
        && labels.TryGetValue(Container, out var container) && Guid.TryParse(container, out var containerId)
        && labels.TryGetValue(Slot, out var slot) && int.TryParse(slot, CultureInfo.InvariantCulture, out var slotNumber)
        && labels.TryGetValue(Image, out var image) && labels.TryGetValue(Digest, out var digest) && ImageName.IsDigest(digest)
            ? new ContainerLabels
            {
                Service = serviceId,
                Deployment = deploymentId,
                Container = containerId,
                Slot = slotNumber,
                Image = image,
                Digest = digest,
                Commit = labels.TryGetValue(Commit, out var commit) ? commit : null,
            }
            : null;
}
