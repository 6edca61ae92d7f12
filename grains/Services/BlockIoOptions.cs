using System.Collections.Immutable;

namespace AutoDeploy.Services;

/// <summary>How much a container may read from and write to devices of the host.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.BlockIoOptions")]
public sealed record BlockIoOptions
{
    /// <summary>10 to 1,000.</summary>
    [Id(0)]
    public int? Weight { get; init; }

    [Id(1)]
    public ImmutableArray<DeviceRate> Weights { get; init; } = [];

    /// <summary>Bytes a second.</summary>
    [Id(2)]
    public ImmutableArray<DeviceRate> ReadBytes { get; init; } = [];

    /// <summary>Bytes a second.</summary>
    [Id(3)]
    public ImmutableArray<DeviceRate> WriteBytes { get; init; } = [];

    /// <summary>Operations a second.</summary>
    [Id(4)]
    public ImmutableArray<DeviceRate> ReadOperations { get; init; } = [];

    /// <summary>Operations a second.</summary>
    [Id(5)]
    public ImmutableArray<DeviceRate> WriteOperations { get; init; } = [];
}
