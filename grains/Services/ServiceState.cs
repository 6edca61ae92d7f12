using System.Collections.Immutable;

namespace AutoDeploy.Services;

/// <summary>What a service's grain keeps.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.ServiceState")]
public sealed record ServiceState
{
    /// <summary>The name of the storage that the grains' states are in.</summary>
    public const string Storage = "state";

    /// <summary>Null: there is no such service.</summary>
    [Id(0)]
    public Service? Service { get; init; }

    /// <summary>
    /// Events that the ledger may not have yet, oldest first. Stored with the change that they tell of; what was handed over goes with the
    /// next write. Storages find states that have some by this member's name (see the index grain_state_outbox).
    /// </summary>
    [Id(1)]
    public ImmutableArray<ServiceEvent> Outbox { get; init; } = [];

    /// <summary>The number of the last event that was put into the outbox.</summary>
    [Id(2)]
    public long LastEvent { get; init; }
}
