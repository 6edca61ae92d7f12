using System.Collections.Immutable;
using AutoDeploy.Chaos.Tests.Faults;

namespace AutoDeploy.Chaos.Tests.Plan;

/// <summary>Makes up what is done in a round: the same for the same seed, whatever came of the rounds before.</summary>
/// <param name="seed">Of the whole run.</param>
/// <param name="patient">Faults may last as long as they do in life; else they are over in a moment.</param>
public sealed class Generator(int seed, bool patient)
{
    /// <summary>Each is dealt once before any comes again, so that a short run has them all.</summary>
    private static readonly IReadOnlyList<Func<Random, bool, Fault?>> Deck =
    [
        (_, _) => null,
        (_, _) => null,
        (random, _) => new KillAtOnce(random.Next(1500)),
        (random, _) => new KillAtOnce(random.Next(4000)),
        .. Enum.GetValues<Moment>().Select<Moment, Func<Random, bool, Fault?>>(moment => (_, _) => new KillAtMoment(moment)),
        (random, patient) => new Freeze(patient ? 20_000 : random.Next(1000, 3000)),
        (random, patient) => new EngineRestart(false, random.Next(3000), random.Next(patient ? 20_000 : 1000)),
        (random, _) => new PowerCut(random.Next(3000), EngineFirst: random.Next(2) == 0),
        (random, patient) => new EngineRestart(true, random.Next(3000), random.Next(patient ? 20_000 : 1000)),
        .. Enum.GetValues<Trouble>().Select<Trouble, Func<Random, bool, Fault?>>(
            trouble => (random, patient) => new RegistryTrouble(trouble, random.Next(500), random.Next(500, patient ? 15_000 : 2500))),
        (random, patient) => new FullDisk(true, random.Next(1000), random.Next(500, patient ? 15_000 : 2500)),
        (random, patient) => new FullDisk(false, random.Next(1000), random.Next(500, patient ? 15_000 : 2500)),
    ];

    private static readonly IReadOnlyList<Verb?> Wishes =
        [null, null, null, null, Verb.Redeploy, Verb.Redeploy, Verb.Stop, Verb.Start, Verb.Start, Verb.Scale];

    public Round Round(int number)
    {
        var random = new Random(unchecked((seed * 1_000_003) + number));
        var fault = Dealt(Deck, number)(random, patient);
        var parts = Cast.Parts.Where(part => !(part.StopFirst && fault is { KillsEngine: true })).ToList();
        var repositories = Cast.Repositories.Where(repository => parts.Any(part => part.Repository == repository)).ToList();
        List<Timed> acts = [];
        var first = Pick(random, repositories);
        acts.Add(new Timed(random.Next(300), Series(random, first)));
        if (random.Next(3) == 0 && Pick(random, repositories) is var second && second != first)
            acts.Add(new Timed(random.Next(1000), Series(random, second)));
        if (Dealt(Wishes, number) is { } verb)
            acts.Add(new Timed(random.Next(2000), Asked(random, verb, parts)));
        if (fault is not null)
            acts.Add(new Timed(random.Next(500), fault));
        return new Round(number, [.. acts.OrderBy(act => act.At)]);
    }

    private T Dealt<T>(IReadOnlyList<T> deck, int number)
    {
        var cards = deck.ToArray();
        new Random(unchecked((seed * 31) + ((number - 1) / cards.Length) + cards.Length)).Shuffle(cards);
        return cards[(number - 1) % cards.Length];
    }

    private static Pushes Series(Random random, string repository)
    {
        var count = random.Next(10) switch
        {
            < 6 => 1,
            < 8 => 2,
            8 => 3,
            _ => 5,
        };
        var copies = random.Next(4) == 0 ? random.Next(2, 6) : 1;
        var gap = random.Next(3) == 0 ? random.Next(1500) : random.Next(50);
        return new Pushes(
            repository, [.. Enumerable.Range(0, count).Select(_ => Image(random))], gap, copies, Reversed: count > 1 && random.Next(3) == 0);
    }

    private static Quality Image(Random random) => random.Next(10) switch
    {
        < 5 => Quality.Good,
        < 7 => Quality.Slow,
        7 => Quality.Exits,
        8 => Quality.Unhealthy,
        _ => Quality.MissingProgram,
    };

    private static Ask Asked(Random random, Verb verb, IReadOnlyList<Part> parts) =>
        verb == Verb.Scale ? new Ask(verb, "trio", random.Next(1, 4)) : new Ask(verb, Pick(random, parts).Name);

    private static T Pick<T>(Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];
}
