namespace AutoDeploy.Sources;

/// <summary>Something new at a source, told by a sender. Immutable once recorded.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.Push")]
public sealed record Push
{
    [Id(0)] public required Guid Uuid { get; init; }

    /// <summary>The sender's name as in its hook's path: <c>dockerhub</c>, <c>registry</c>, …</summary>
    [Id(1)] public required string Sender { get; init; }

    /// <summary>The hook that it came through.</summary>
    [Id(2)] public Guid? Hook { get; init; }

    /// <summary>What makes it unique for its sender: the delivery's or event's id, or else what it says.</summary>
    [Id(3)] public required string Delivery { get; init; }

    /// <summary>The key under which it meets its services: <see cref="ImageName.Repository"/>.</summary>
    [Id(4)] public required string Source { get; init; }

    /// <summary>The tag that was pushed.</summary>
    [Id(5)] public required string Tag { get; init; }

    /// <summary>What the sender says the tag means now, if it says so.</summary>
    [Id(6)] public string? Digest { get; init; }

    /// <summary>The tag was deleted.</summary>
    [Id(7)] public bool Deleted { get; init; }

    /// <summary>Who pushed, if the sender says so.</summary>
    [Id(8)] public string? Pusher { get; init; }

    /// <summary>When we received it.</summary>
    [Id(9)] public required DateTimeOffset Received { get; init; }

    /// <summary>The organization whose hook it came through; only its services hear of it.</summary>
    [Id(10)] public string Organization { get; init; } = "";

    public override string ToString() => $"{Source}:{Tag}";
}
