using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AutoDeploy.Services;

/// <summary>A container as the API shows it.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.ContainerView")]
public sealed record ContainerView
{
    [Id(0)]
    public required Guid Uuid { get; init; }

    /// <summary>The engine's id.</summary>
    [Id(1)]
    public required string Id { get; init; }

    [Id(2)]
    public required string Name { get; init; }

    [Id(3)]
    public required int Slot { get; init; }

    [Id(4)]
    public required bool Running { get; init; }

    [Id(5)]
    public int ExitCode { get; init; }

    /// <summary>The image with its tag, canonical.</summary>
    [Id(6)]
    public required string Image { get; init; }

    [Id(7)]
    public string Digest { get; init; } = "";

    [Id(8), JsonPropertyName("Deployment")]
    public Guid DeploymentId { get; init; }

    [Id(9)]
    public DateTimeOffset? Started { get; init; }

    [Id(10)]
    public DateTimeOffset? Finished { get; init; }

    [Id(11)]
    public string? Address { get; init; }

    [Id(12)]
    public ImmutableArray<ContainerPort> Ports { get; init; } = [];
}
