namespace AutoDeploy.Events;

/// <summary>How far a consumer of the event log has come, and how it goes with it.</summary>
public sealed record EventCursor
{
    public required Guid ConsumerId { get; init; }

    /// <summary>The number of the last event that is done with.</summary>
    public required long Position { get; init; }

    /// <summary>So many in a row have failed.</summary>
    public int Attempts { get; init; }

    /// <summary>When the first of these failed; null: the last one succeeded.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>When it is to be tried again; null: at once.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>When the last one succeeded.</summary>
    public DateTimeOffset? Delivered { get; init; }

    /// <summary>So many events were never delivered.</summary>
    public long GivenUp { get; init; }

    /// <summary>Why the last one failed, in a sentence; null: it succeeded.</summary>
    public string? LastError { get; init; }
}
