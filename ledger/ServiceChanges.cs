using AutoDeploy.Events;
using AutoDeploy.Services;

namespace AutoDeploy.Ledger;

/// <summary>
/// What of a service's grain state is told as events: its containers and its settings. Its state is told where the index of services
/// is written; a version that became available is not told, since one push can bring it to any number of services.
/// </summary>
internal static class ServiceChanges
{
    public static IEnumerable<Changed> Between(Service? before, Service after)
    {
        var known = before is null ? [] : before.Containers.ToDictionary(container => container.Uuid);
        foreach (var container in after.Containers)
        {
            if (!known.Remove(container.Uuid, out var old))
                yield return new Changed(EventKind.Container, EventChange.Create, container.Uuid, true, container);
            else if (!Same(old, container))
                yield return new Changed(EventKind.Container, EventChange.Update, container.Uuid, old.Running != container.Running, container);
        }

        foreach (var gone in known.Values)
            yield return new Changed(EventKind.Container, EventChange.Delete, gone.Uuid, true, gone);
        if (before is not null && before.Revision != after.Revision)
            yield return new Changed(EventKind.Service, EventChange.Update, after.Uuid, before.Status != after.Status, null);
    }

    private static bool Same(ContainerView one, ContainerView other) =>
        one with { Ports = default } == other with { Ports = default } && one.Ports.SequenceEqual(other.Ports);

    public readonly record struct Changed(EventKind Kind, EventChange Change, Guid Subject, bool NewState, ContainerView? Container);
}
