using System.Collections.Immutable;
using AutoDeploy.Services;

namespace AutoDeploy.Engines;

/// <summary>Containers, or why they are not known.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.ContainersReply")]
public sealed record ContainersReply
{
    [Id(0)]
    public ImmutableArray<ContainerView> Containers { get; init; } = [];

    /// <summary>A sentence; null: they are known.</summary>
    [Id(1)]
    public string? Objection { get; init; }
}
