using System.Globalization;
using AutoDeploy.Ports;
using AutoDeploy.Sources;

namespace AutoDeploy.Containers;

/// <summary>
/// Our labels as they are written on containers. A container inherits the labels of its image, so that all of them are always written,
/// those without a value too; and they prove nothing by themselves, see <see cref="OwnContainers"/>.
/// </summary>
internal static class ContainerLabelNames
{
    public const string Prefix = "autodeploy.";
    public const string Service = Prefix + "service";
    public const string Deployment = Prefix + "deployment";
    public const string Container = Prefix + "container";
    public const string Slot = Prefix + "slot";
    public const string Image = Prefix + "image";
    public const string Digest = Prefix + "digest";
    public const string Commit = Prefix + "commit";

    /// <summary>The name under which the container was created; a deployment that succeeds shortens it.</summary>
    public const string Name = Prefix + "name";

    /// <summary>The ledger's signature of all others.</summary>
    public const string Signature = Prefix + "signature";

    /// <summary>On volumes: where it is in the containers.</summary>
    public const string Path = Prefix + "path";

    /// <summary>On images, for people: what two equal builds have in common. It is not read.</summary>
    public const string Build = Prefix + "build";

    /// <summary>Links belong to a container's network endpoint. They are kept here in case an interrupted move lost the endpoint.</summary>
    public const string Links = Prefix + "links";

    /// <param name="spec">The container.</param>
    /// <param name="sign">Signs a statement.</param>
    public static Dictionary<string, string> Write(ContainerSpec spec, Func<string, string> sign)
    {
        var all = new Dictionary<string, string>();
        foreach (var (name, value) in spec.UserLabels)
            if (!name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
                all[name] = value;
        all[Service] = spec.Labels.ServiceId.ToString();
        all[Deployment] = spec.Labels.DeploymentId.ToString();
        all[Container] = spec.Labels.ContainerId.ToString();
        all[Slot] = spec.Labels.Slot.ToString(CultureInfo.InvariantCulture);
        all[Image] = spec.Labels.Image;
        all[Digest] = spec.Labels.Digest;
        all[Commit] = spec.Labels.Commit ?? "";
        all[Links] = string.Join(',', WriteLinks(spec));
        all[Name] = spec.Name;
        all[Build] = "";
        all[Signature] = sign(ContainerSignature.Statement(all));
        return all;
    }

    /// <summary>For an image: no label of ours that the Dockerfile or the base image wrote keeps its value.</summary>
    public static Dictionary<string, string> WriteImage(IReadOnlyDictionary<string, string> others, string build)
    {
        var all = new Dictionary<string, string>();
        foreach (var name in (string[])[Service, Deployment, Container, Slot, Image, Digest, Commit, Links, Name, Signature])
            all[name] = "";
        foreach (var (name, value) in others)
            all[name] = value;
        all[Build] = build;
        return all;
    }

    /// <summary>Links as Docker wants them, <c>target:name</c>.</summary>
    public static IEnumerable<string> WriteLinks(ContainerSpec spec) => spec.Links.Select(link => $"{link.Value}:{link.Key}");

    public static IList<string> ReadLinks(IDictionary<string, string>? labels) =>
        labels?.TryGetValue(Links, out var links) == true ? links.Split(',', StringSplitOptions.RemoveEmptyEntries) : [];

    /// <summary>Parses the labels without verifying them. Null if they are invalid.</summary>
    public static ContainerLabels? Read(IDictionary<string, string>? labels) =>
        labels is not null
        && labels.TryGetValue(Service, out var service)
        && Guid.TryParse(service, out var serviceId)
        && labels.TryGetValue(Deployment, out var deployment)
        && Guid.TryParse(deployment, out var deploymentId)
        && labels.TryGetValue(Container, out var container)
        && Guid.TryParse(container, out var containerId)
        && labels.TryGetValue(Slot, out var slot)
        && int.TryParse(slot, CultureInfo.InvariantCulture, out var slotNumber)
        && labels.TryGetValue(Image, out var image)
        && labels.TryGetValue(Digest, out var digest)
        && ImageName.IsDigest(digest)
            ? new ContainerLabels
            {
                ServiceId = serviceId,
                DeploymentId = deploymentId,
                ContainerId = containerId,
                Slot = slotNumber,
                Image = image,
                Digest = digest,
                Commit = labels.TryGetValue(Commit, out var commit) && commit.Length > 0 ? commit : null,
            }
            : null;
}
