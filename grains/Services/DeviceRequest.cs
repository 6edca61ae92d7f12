using System.Collections.Immutable;

namespace AutoDeploy.Services;

/// <summary>Devices that a driver of the engine gives a container, such as GPUs.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.DeviceRequest")]
public sealed record DeviceRequest
{
    [Id(0)]
    public string Driver { get; init; } = "";

    /// <summary>-1 is all; 0 with <see cref="DeviceIds"/>.</summary>
    [Id(1)]
    public int Count { get; init; }

    [Id(2)]
    public ImmutableArray<string> DeviceIds { get; init; } = [];

    [Id(3)]
    public ImmutableArray<string> Capabilities { get; init; } = [];

    [Id(4)]
    public ImmutableDictionary<string, string> Options { get; init; } = ImmutableDictionary<string, string>.Empty;
}
