using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Volumes;

namespace AutoDeploy.Deployments.Rollouts;

/// <summary>Says whether an old container may run while a new one does: a pure function of the settings and of what both have.</summary>
internal static class OverlapRule
{
    /// <summary>Why it has to stop first, as the second half of a sentence; null: both can run side by side.</summary>
    /// <param name="settings">The service's.</param>
    /// <param name="slot">The new container's.</param>
    /// <param name="fresh">What the new container has.</param>
    /// <param name="old">One that was made by another deployment.</param>
    public static string? FindObjection(ServiceSettings settings, int slot, IEnumerable<EngineMount> fresh, EngineContainer old)
    {
        if (old.Labels.Slot == slot && settings.Container.Ports.Any(port => port is { Published: true, OuterPort: not null }))
            return "the new container needs the same port of the host";
        if (settings.Overlap == Overlap.True)
            return null;
        if (settings.Overlap == Overlap.False)
            return "overlap is false";
        if (old.Labels.Slot == slot && settings.Container.HostNetwork)
            return "the new container needs the same port of the host";
        return FindSharedMount(fresh, old.Mounts) is { } shared ? $"both write to {shared}" : null;
    }

    /// <summary>What two containers could both write to, in words; null: nothing.</summary>
    public static string? FindSharedMount(IEnumerable<EngineMount> fresh, IReadOnlyList<EngineMount> old)
    {
        foreach (var one in fresh.Where(mount => mount.Writable))
        foreach (var other in old.Where(mount => mount.Writable && mount.IsVolume == one.IsVolume))
            if (one.IsVolume ? one.Source == other.Source : ContainerPaths.AreOverlapping(one.Source, other.Source))
                return one.IsVolume ? $"the volume {one.Source} ({one.Path})" : $"{one.Source} of the host ({one.Path})";
        return null;
    }
}
