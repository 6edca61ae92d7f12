using AutoDeploy.Services;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>What a person should know of <c>overlap</c> before the first redeploy.</summary>
public static class OverlapWarnings
{
    public static IReadOnlyList<string> Of(ServiceSettings settings)
    {
        var written = settings.Container.Bindings.FirstOrDefault(binding => binding.Rewritable);
        if (written is null || settings.Overlap == Overlap.False)
            return [];
        var what =
            written.HostPath is { } path ? $"{path} of the host"
            : written.VolumesFrom is null ? $"the volume at {written.ContainerPath}"
            : "another service's volumes";
        return settings.Overlap == Overlap.True
            ?
            [
                $"`overlap` is true and `bindings` lets containers write to {what}: old and new containers write there at the "
                    + "same time, which a database does not survive.",
            ]
            :
            [
                $"`bindings` lets containers write to {what}: at each redeploy the old container stops before the new one starts, "
                    + "and nothing answers meanwhile. "
                    + "Set `overlap` to true if both may write there at the same time, or `rewritable` to false.",
            ];
    }
}
