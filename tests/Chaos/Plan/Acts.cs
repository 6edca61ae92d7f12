using System.Collections.Immutable;

namespace AutoDeploy.Chaos.Tests.Plan;

/// <summary>Something that is done in a round.</summary>
public abstract record Act
{
    /// <summary>In words, for the table; two acts are the same when these are.</summary>
    public abstract string Words { get; }

    public sealed override string ToString() => Words;
}

/// <summary>What a pushed image is like.</summary>
public enum Quality
{
    Good,

    /// <summary>Good, and healthy only after a while.</summary>
    Slow,

    /// <summary>Its program ends with an error.</summary>
    Exits,

    /// <summary>Its HEALTHCHECK fails.</summary>
    Unhealthy,

    /// <summary>The program that it is to start is not in it.</summary>
    MissingProgram,
}

/// <summary>Images that are pushed to one repository, one after the other, and told of.</summary>
/// <param name="Gap">Milliseconds between two.</param>
/// <param name="Copies">So often each delivery comes, at the same time.</param>
/// <param name="Reversed">They are told of in the reverse order, when all are there.</param>
public sealed record Pushes(string Repository, ImmutableArray<Quality> Images, int Gap, int Copies, bool Reversed) : Act
{
    public override string Words =>
        $"push {Repository} {string.Join('+', Images.Select(image => image.ToString().ToLowerInvariant()))}"
        + (Images.Length > 1 ? $" {Gap}ms apart" : "") + (Copies > 1 ? $" x{Copies}" : "") + (Reversed ? " reversed" : "");
}

public enum Verb
{
    Redeploy,
    Stop,
    Start,
    Scale,
}

/// <summary>What a person asks of a service.</summary>
/// <param name="Containers">For <see cref="Verb.Scale"/>: how many there are to be.</param>
public sealed record Ask(Verb Verb, string Service, int Containers = 0) : Act
{
    public override string Words => $"{Verb.ToString().ToLowerInvariant()} {Service}" + (Verb == Verb.Scale ? $" to {Containers}" : "");
}

/// <param name="At">Milliseconds after the round's beginning.</param>
public sealed record Timed(int At, Act Act)
{
    public override string ToString() => $"{At}ms {Act}";
}

/// <summary>What is done in one round.</summary>
public sealed record Round(int Number, ImmutableArray<Timed> Acts)
{
    public IEnumerable<Pushes> Pushes => Acts.Select(timed => timed.Act).OfType<Pushes>();

    public IEnumerable<Ask> Asks => Acts.Select(timed => timed.Act).OfType<Ask>();

    public IEnumerable<Fault> Faults => Acts.Select(timed => timed.Act).OfType<Fault>();

    public override string ToString() => $"{Number}: {string.Join("; ", Acts)}";
}
