using System.Collections.Immutable;
using AutoDeploy.Services;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>How much a container may read and write.</summary>
public sealed record BlockIoResponse(
    int? Weight,
    IReadOnlyList<DeviceWeightResponse> WeightDevice,
    IReadOnlyList<DeviceRateResponse> DeviceReadBps,
    IReadOnlyList<DeviceRateResponse> DeviceWriteBps,
    IReadOnlyList<DeviceRateResponse> DeviceReadIops,
    IReadOnlyList<DeviceRateResponse> DeviceWriteIops
)
{
    public static BlockIoResponse? From(BlockIoOptions? options) =>
        options is null
            ? null
            : new BlockIoResponse(
                options.Weight,
                [.. options.Weights.Select(item => new DeviceWeightResponse(item.Path, item.Value))],
                Rates(options.ReadBytes),
                Rates(options.WriteBytes),
                Rates(options.ReadOperations),
                Rates(options.WriteOperations)
            );

    private static IReadOnlyList<DeviceRateResponse> Rates(ImmutableArray<DeviceRate> rates) =>
        [.. rates.Select(item => new DeviceRateResponse(item.Path, item.Value))];
}
