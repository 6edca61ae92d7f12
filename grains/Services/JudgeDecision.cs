namespace AutoDeploy.Services;

/// <param name="Reason">In a word, one of <see cref="VerdictReasons"/>.</param>
/// <param name="Detail">In a sentence.</param>
public sealed record JudgeDecision(VerdictKind Kind, string Reason, string Detail)
{
    /// <summary>The version is to be remembered as available.</summary>
    public bool RememberAvailable { get; init; }

    /// <summary>What is held is out of date because of it, though it is not deployed itself.</summary>
    public bool SupersedesHeld { get; init; }

    /// <summary>Of what is held: when it is to be judged again; null: not at a certain time.</summary>
    public DateTimeOffset? Until { get; init; }

    public static JudgeDecision Skip(string reason, string detail) => new(VerdictKind.Skip, reason, detail);
}
