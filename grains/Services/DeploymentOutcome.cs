using System.Collections.Immutable;
using AutoDeploy.Deployments;

namespace AutoDeploy.Services;

/// <summary>What a deployment did to its service.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.DeploymentOutcome")]
public sealed record DeploymentOutcome
{
    /// <summary>As it ended: its state, result and end are set.</summary>
    [Id(0)]
    public required Deployment Deployment { get; init; }

    /// <summary>The version that runs because of it; null when that did not change.</summary>
    [Id(1)]
    public ServiceVersion? Version { get; init; }

    /// <summary>The container revision that its containers were made from.</summary>
    [Id(2)]
    public long ContainerRevision { get; init; }

    /// <summary>The digest, or with a git source the commit, that is not to be tried again by itself.</summary>
    [Id(3)]
    public string? Failed { get; init; }

    [Id(4)]
    public ImmutableArray<ContainerView> Containers { get; init; } = [];

    /// <summary>The set of volumes that its containers have; null: it has brought no containers.</summary>
    [Id(5)]
    public int? VolumeGeneration { get; init; }

    /// <summary>All volumes of the service are on record now.</summary>
    [Id(6)]
    public bool VolumesRecorded { get; init; }
}
