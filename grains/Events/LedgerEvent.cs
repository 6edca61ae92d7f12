using AutoDeploy.Deployments;
using AutoDeploy.Services;
using AutoDeploy.Sources;

namespace AutoDeploy.Events;

/// <summary>One entry of the event log: something has changed. What of it is kept is the thing as it was then.</summary>
public sealed record LedgerEvent
{
    /// <summary>Its place in the log: the later, the greater. Never given twice, with gaps.</summary>
    public required long Number { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required string Organization { get; init; }

    public required EventKind Kind { get; init; }

    public required EventChange Change { get; init; }

    /// <summary>The uuid of what has changed.</summary>
    public required Guid SubjectId { get; init; }

    /// <summary>The service that it is, or belongs to; null for a push.</summary>
    public Guid? ServiceId { get; init; }

    /// <summary>The service's name; empty for a push.</summary>
    public string ServiceName { get; init; } = "";

    /// <summary>Its state is another one than before, or it is new.</summary>
    public bool NewState { get; init; }

    /// <summary>Of a service.</summary>
    public ServiceStatus? State { get; init; }

    /// <summary>Without what a trigger's call brought.</summary>
    public Deployment? Deployment { get; init; }

    /// <summary>When it was removed: as it was last seen.</summary>
    public ContainerView? Container { get; init; }

    public Push? Push { get; init; }

    public Verdict? Verdict { get; init; }

    public override string ToString() => $"{Kind} {SubjectId} ({Change}), event {Number}";
}
