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
}
