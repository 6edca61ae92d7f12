using System.Text.Json.Serialization;
using AutoDeploy.Events;

namespace AutoDeploy.Services;

/// <summary>An event of a service. The service's state carries it until it is in the event log.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.ServiceEvent")]
public sealed record ServiceEvent
{
    /// <summary>Counts the events of the service, from 1. Together with the service's uuid it identifies the event.</summary>
    [Id(0)]
    public required long Number { get; init; }

    [Id(1)]
    public required DateTimeOffset Time { get; init; }

    /// <summary>The service itself, or one of its containers.</summary>
    [Id(2)]
    public required EventKind Kind { get; init; }

    [Id(3)]
    public required EventChange Change { get; init; }

    /// <summary>The uuid of what has changed.</summary>
    [Id(4), JsonPropertyName("Subject")]
    public required Guid SubjectId { get; init; }

    /// <summary>Its state is another one than before, or it is new.</summary>
    [Id(5)]
    public bool NewState { get; init; }

    /// <summary>The service's state at that time.</summary>
    [Id(6)]
    public ServiceStatus Status { get; init; }

    /// <summary>The container at that time; of one that was removed, as it was last seen.</summary>
    [Id(7)]
    public ContainerView? Container { get; init; }

    /// <summary>The service subscribes to other sources than before, or polls its image at another interval.</summary>
    [Id(8)]
    public bool NewSubscriptions { get; init; }
}
