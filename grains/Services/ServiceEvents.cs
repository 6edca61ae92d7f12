using System.Collections.Immutable;
using AutoDeploy.Events;

namespace AutoDeploy.Services;

/// <summary>
/// The events that a change of a service leads to: those of its containers, its settings and its state. A version that became
/// available leads to none, since one push can bring it to any number of services.
/// </summary>
public static class ServiceEvents
{
    /// <param name="before">Null: the service is new.</param>
    /// <param name="after">The service as it is from now on.</param>
    /// <param name="last">The number of the service's last event so far.</param>
    /// <param name="now">The time of the change.</param>
    public static ImmutableArray<ServiceEvent> Detect(Service? before, Service after, long last, DateTimeOffset now)
    {
        var events = ImmutableArray.CreateBuilder<ServiceEvent>();
        if (before is null)
            Add(EventKind.Service, EventChange.Create, after.Uuid, newState: true, newSubscriptions: true);

        var known = before is null ? [] : before.Containers.ToDictionary(container => container.Uuid);
        foreach (var container in after.Containers)
        {
            if (!known.Remove(container.Uuid, out var old))
                Add(EventKind.Container, EventChange.Create, container.Uuid, newState: true, container);
            else if (!AreSame(old, container))
                Add(EventKind.Container, EventChange.Update, container.Uuid, old.Running != container.Running, container);
        }

        foreach (var gone in known.Values)
            Add(EventKind.Container, EventChange.Delete, gone.Uuid, newState: true, gone);

        if (before is not null && (before.Revision != after.Revision || before.Status != after.Status))
            Add(
                EventKind.Service,
                EventChange.Update,
                after.Uuid,
                before.Status != after.Status,
                newSubscriptions: !HaveSameSubscriptions(before, after)
            );
        return events.ToImmutable();

        void Add(
            EventKind kind,
            EventChange change,
            Guid subjectId,
            bool newState,
            ContainerView? container = null,
            bool newSubscriptions = false
        ) =>
            events.Add(
                new ServiceEvent
                {
                    Number = last + events.Count + 1,
                    Time = now,
                    Kind = kind,
                    Change = change,
                    SubjectId = subjectId,
                    NewState = newState,
                    Status = after.Status,
                    Container = container,
                    NewSubscriptions = newSubscriptions,
                }
            );
    }

    private static bool AreSame(ContainerView one, ContainerView other) =>
        one with { Ports = default } == other with { Ports = default } && one.Ports.SequenceEqual(other.Ports);

    private static bool HaveSameSubscriptions(Service one, Service other) =>
        one.Settings.PollSeconds == other.Settings.PollSeconds
        && one.Status == ServiceStatus.Terminated == (other.Status == ServiceStatus.Terminated)
        && one.Sources.SequenceEqual(other.Sources);
}
