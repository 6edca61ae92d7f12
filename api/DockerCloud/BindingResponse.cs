using AutoDeploy.Services;

namespace AutoDeploy.Api.DockerCloud;

/// <param name="Volume">The name of a volume; null: each container has one of its own.</param>
/// <param name="VolumesFrom">A resource uri.</param>
public sealed record BindingResponse(string? HostPath, string ContainerPath, bool Rewritable, string? Volume, string? VolumesFrom)
{
    public static BindingResponse From(VolumeBinding binding) =>
        new(
            binding.HostPath,
            binding.ContainerPath,
            binding.Rewritable,
            binding.Volume,
            binding.VolumesFrom is { } from ? ResourceUris.For(ResourceUris.Service, from) : null
        );
}
