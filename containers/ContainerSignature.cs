using System.Text.Json;

namespace AutoDeploy.Containers;

/// <summary>What the ledger signs of a container.</summary>
internal static class ContainerSignature
{
    /// <summary>Another order or other labels make another version.</summary>
    private const int Version = 1;

    private static readonly string[] Signed =
    [
        ContainerLabelNames.Name,
        ContainerLabelNames.Service,
        ContainerLabelNames.Deployment,
        ContainerLabelNames.Container,
        ContainerLabelNames.Slot,
        ContainerLabelNames.Image,
        ContainerLabelNames.Digest,
        ContainerLabelNames.Commit,
        ContainerLabelNames.Links,
    ];

    /// <summary>JSON, so that values cannot be confused by concatenation.</summary>
    public static string Statement(IDictionary<string, string> labels) =>
        JsonSerializer.Serialize((object?[])[Version, .. Signed.Select(name => labels.TryGetValue(name, out var value) ? value : null)]);
}
