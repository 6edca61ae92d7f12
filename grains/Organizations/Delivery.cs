namespace AutoDeploy.Organizations;

/// <summary>One call of a sender that reached a hook and carried its secret, and what became of it.</summary>
public sealed record Delivery
{
    public required Guid Uuid { get; init; }

    public required Guid Hook { get; init; }

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

/// <param name="Status">The HTTP status that was answered.</param>
/// <param name="Result">In words.</param>
/// <param name="Pushes">What was recorded or known already, as far as it is kept.</param>
public sealed record DeliveryOutcome(int Status, string Result, IReadOnlyList<Guid> Pushes);

/// <summary>What was delivered. Stored encrypted, and only for a while.</summary>
/// <param name="Headers">Those that matter, without what proves who the sender is.</param>
/// <param name="Body">As it was sent; null when it is too large to be kept.</param>
public sealed record DeliveryContent(IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte>? Body)
{
    /// <summary>Not what is in it.</summary>
    public override string ToString() => $"{Body?.Length.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "no"} bytes";
}
