using System.Collections.Immutable;
using AutoDeploy.Services;

namespace AutoDeploy.Organizations;

/// <summary>What a person sets for all services of an organization.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.OrganizationSettings")]
public sealed record OrganizationSettings
{
    /// <summary>When pushes are deployed; none: at any time. A service's own windows have to be open too.</summary>
    [Id(0)]
    public ImmutableArray<DeployWindow> Windows { get; init; } = [];

    /// <summary>Why nothing new is deployed; null: it is.</summary>
    [Id(1)]
    public string? Frozen { get; init; }

    /// <summary>Counts the changes: a change names the revision that it is based on.</summary>
    [Id(2)]
    public long Revision { get; init; }

    /// <summary>Who has to have signed the images that are pulled; null: nobody. A service's own rule counts, too.</summary>
    [Id(3)]
    public SignatureRule? Verify { get; init; }
}
