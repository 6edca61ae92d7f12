namespace AutoDeploy.Organizations;

/// <summary>One call of a sender that reached a hook and carried its secret, and what became of it.</summary>
public sealed record Delivery
{
    public required Guid Uuid { get; init; }

    public required Guid HookId { get; init; }

    public required DateTimeOffset Received { get; init; }

    /// <summary>The id that the sender gives its deliveries, if it gives any.</summary>
    public string? SenderId { get; init; }

    public string? ContentType { get; init; }

    /// <summary>The body's length, whether it is kept or not.</summary>
    public required long Bytes { get; init; }

    /// <summary>The delivery whose kept body this is.</summary>
    public Guid? RedeliveredFrom { get; init; }

    public required DeliveryOutcome Outcome { get; init; }

    /// <summary>The body is kept, and can be handled again.</summary>
    public required bool HasBody { get; init; }

    public override string ToString() => $"delivery {Uuid}";
}
