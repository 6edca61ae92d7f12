namespace AutoDeploy.Services;

/// <summary>What a service's grain keeps.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.ServiceState")]
public sealed record ServiceState
{
    /// <summary>The name of the storage that the grains' states are in.</summary>
    public const string Storage = "state";

    /// <summary>Null: there is no such service.</summary>
    [Id(0)] public Service? Service { get; init; }
}
