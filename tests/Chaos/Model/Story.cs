using System.Collections.Immutable;
using AutoDeploy.Chaos.Tests.Plan;

namespace AutoDeploy.Chaos.Tests.Model;

/// <summary>How a service stands when nothing goes on.</summary>
/// <param name="Digest">Of its current version.</param>
/// <param name="Tag">What its tag means at the registry.</param>
public sealed record Standing(string Digest, string Tag, bool Runs);

/// <summary>A push, in the order in which the registry's tag was moved.</summary>
/// <param name="Good">It can be proven.</param>
public sealed record PushFact(string Digest, bool Good);

/// <summary>A verdict of a round.</summary>
/// <param name="Delivery">The delivery that it is about.</param>
/// <param name="Action">The uuid of what it led to.</param>
public sealed record VerdictFact(string Delivery, string Digest, string Reason, string? Action);

/// <summary>An action of a round that has ended.</summary>
/// <param name="Push">The uuid of the push that began it; null: something else did.</param>
/// <param name="Digest">What it went for, as far as that was found out.</param>
public sealed record ActionFact(string Uuid, string Operation, string State, string? Push, bool ByPerson, string? Digest, string Result)
{
    public bool IsRedeploy => Operation == "Service Redeploy";

    /// <summary>It found nothing to do, and left what runs.</summary>
    public bool DidNothing => Result.Contains("nothing was done", StringComparison.Ordinal);
}

/// <summary>What happened to one service in a round: all that the model is told.</summary>
public sealed record Story
{
    public required Part Part { get; init; }

    public required Standing Before { get; init; }

    public required Standing After { get; init; }

    public ImmutableArray<PushFact> Pushes { get; init; } = [];

    /// <summary>Pushes were told of in another order than they were made.</summary>
    public bool Reversed { get; init; }

    public ImmutableArray<VerdictFact> Verdicts { get; init; } = [];

    /// <summary>Oldest first.</summary>
    public ImmutableArray<ActionFact> Actions { get; init; } = [];

    /// <summary>Digests that cannot be proven, of all rounds.</summary>
    public ImmutableHashSet<string> Broken { get; init; } = [];

    /// <summary>A deployment may have failed of a fault.</summary>
    public bool MayFail { get; init; }

    /// <summary>Nobody asked it to stop or start: it had to run, or had to be stopped, all the time.</summary>
    public bool Undisturbed => !Actions.Any(action => action.ByPerson && action.Operation is "Service Stop" or "Service Start")
        && (Before.Runs || !Actions.Any(action => action.ByPerson && action.IsRedeploy));
}
