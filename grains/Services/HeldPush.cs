using AutoDeploy.Sources;

namespace AutoDeploy.Services;

/// <summary>The newest push that a service holds: it is judged again when what holds it is over.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.HeldPush")]
public sealed record HeldPush
{
    /// <summary>As in the ledger, which counts where the two differ after a crash.</summary>
    [Id(0)]
    public required Verdict Verdict { get; init; }

    /// <summary>With the digest that its tag meant, as far as that was known.</summary>
    [Id(1)]
    public required Push Push { get; init; }

    /// <summary>What the repository said of a git push.</summary>
    [Id(2)]
    public PushedCommit? Commit { get; init; }

    /// <summary>What it would be deployed as.</summary>
    [Id(3)]
    public required ServiceVersion Version { get; init; }

    /// <summary>As a verdict on it leaves it; null: it is held no more.</summary>
    public HeldPush? Apply(Verdict verdict) => verdict.Kind == VerdictKind.Held ? this with { Verdict = verdict } : null;

    public HeldPush Approve(string by, DateTimeOffset now) => this with { Verdict = Verdict with { ApprovedBy = by, Approved = now } };

    /// <summary>Why nobody can approve what the service holds, in a sentence; null when a person can.</summary>
    /// <param name="service">As it is now.</param>
    /// <param name="verdictId">The verdict that the person has seen.</param>
    public static string? FindObjectionToApproval(Service service, Guid verdictId) =>
        service.Held?.Verdict is not { } verdict || verdict.Uuid != verdictId ? "The push is not held any more."
        : verdict.ApprovedBy is { } who ? $"{who} has approved it already. {verdict.Detail}"
        : !service.Settings.ApprovalRequired ? $"It needs no approval. {verdict.Detail}"
        : null;
}
