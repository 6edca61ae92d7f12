namespace AutoDeploy.Organizations;

/// <summary>A secret URL through which one sender tells of pushes: <c>/hooks/SENDER/KEY</c>.</summary>
public sealed record Hook
{
    public required Guid Uuid { get; init; }

    public required string Organization { get; init; }

    /// <summary>The sender's name as in the path.</summary>
    public required string Sender { get; init; }

    /// <summary>At least 160 random bits, URL-safe. Stored hashed (to find it) and encrypted (to show it again).</summary>
    public required string Key { get; init; }

    /// <summary>What the sender signs or sends with each delivery; null: the URL is the only secret. Stored encrypted.</summary>
    public string? Secret { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>
    /// For whom the token has to be that the sender sends with each delivery; null: for the hook's URL. Of use with
    /// <see cref="ServiceAccount"/>.
    /// </summary>
    public string? Audience { get; init; }

    /// <summary>The account, an e-mail address, whose token the sender has to send with each delivery; null: none is asked for.</summary>
    public string? ServiceAccount { get; init; }

    public override string ToString() => $"{Sender} hook {Uuid}";
}
