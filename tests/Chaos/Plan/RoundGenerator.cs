using AutoDeploy.Chaos.Tests.Faults;

namespace AutoDeploy.Chaos.Tests.Plan;

/// <summary>Makes up what is done in a round: the same for the same seed, whatever came of the rounds before.</summary>
/// <param name="seed">Of the whole run.</param>
/// <param name="patient">Faults may last as long as they do in life; else they are over in a moment.</param>
public sealed class RoundGenerator(int seed, bool patient)
{
    /// <summary>Each is dealt once before any comes again, so that a short run has them all.</summary>
    private static readonly IReadOnlyList<Func<Random, bool, FaultAction?>> Deck =
    [
        (_, _) => null,
        (_, _) => null,
        (random, _) => new KillAtOnce(random.Next(1500)),
        (random, _) => new KillAtOnce(random.Next(4000)),
        .. Enum.GetValues<KillMoment>().Select<KillMoment, Func<Random, bool, FaultAction?>>(moment => (_, _) => new KillAtMoment(moment)),
        (random, patient) => new ProcessFreeze(patient ? 20_000 : random.Next(1000, 3000)),
        (random, patient) => new EngineRestart(false, random.Next(3000), random.Next(patient ? 20_000 : 1000)),
        (random, _) => new PowerCut(random.Next(3000), EngineFirst: random.Next(2) == 0),
        (random, patient) => new EngineRestart(true, random.Next(3000), random.Next(patient ? 20_000 : 1000)),
        .. Enum.GetValues<RegistryTroubleKind>()
            .Select<RegistryTroubleKind, Func<Random, bool, FaultAction?>>(registryTroubleKind =>
                (random, patient) => new RegistryTrouble(registryTroubleKind, random.Next(500), random.Next(500, patient ? 15_000 : 2500))
            ),
        (random, patient) => new FullDisk(true, random.Next(1000), random.Next(500, patient ? 15_000 : 2500)),
        (random, patient) => new FullDisk(false, random.Next(1000), random.Next(500, patient ? 15_000 : 2500)),
    ];

    private static readonly IReadOnlyList<ServiceVerb?> Wishes =
    [
        null,
        null,
        null,
        null,
        ServiceVerb.Redeploy,
        ServiceVerb.Redeploy,
        ServiceVerb.Stop,
        ServiceVerb.Start,
        ServiceVerb.Start,
        ServiceVerb.Scale,
    ];

    public ChaosRound Round(int number)
    {
        var random = new Random(unchecked((seed * 1_000_003) + number));
        var faultAction = Dealt(Deck, number)(random, patient);
        var parts = ServiceRoles.Parts.Where(serviceRole => !(serviceRole.StopFirst && faultAction is { KillsEngine: true })).ToList();
        var repositories = ServiceRoles
            .Repositories.Where(repository => parts.Any(serviceRole => serviceRole.Repository == repository))
            .ToList();
        List<TimedAction> acts = [];
        var first = Pick(random, repositories);
        acts.Add(new TimedAction(random.Next(300), Series(random, first)));
        if (random.Next(3) == 0 && Pick(random, repositories) is var second && second != first)
            acts.Add(new TimedAction(random.Next(1000), Series(random, second)));
        if (Dealt(Wishes, number) is { } verb)
            acts.Add(new TimedAction(random.Next(2000), Asked(random, verb, parts)));
        if (faultAction is not null)
            acts.Add(new TimedAction(random.Next(500), faultAction));
        return new ChaosRound(number, [.. acts.OrderBy(act => act.Offset)]);
    }

    private T Dealt<T>(IReadOnlyList<T> deck, int number)
    {
        var cards = deck.ToArray();
        new Random(unchecked((seed * 31) + ((number - 1) / cards.Length) + cards.Length)).Shuffle(cards);
        return cards[(number - 1) % cards.Length];
    }

    private static PushAction Series(Random random, string repository)
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
        return new PushAction(
            repository,
            [.. Enumerable.Range(0, count).Select(_ => Image(random))],
            gap,
            copies,
            Reversed: count > 1 && random.Next(3) == 0
        );
    }

    private static ImageQuality Image(Random random) =>
        random.Next(10) switch
        {
            < 5 => ImageQuality.Good,
            < 7 => ImageQuality.Slow,
            7 => ImageQuality.Exits,
            8 => ImageQuality.Unhealthy,
            _ => ImageQuality.MissingProgram,
        };

    private static PersonAction Asked(Random random, ServiceVerb verb, IReadOnlyList<ServiceRole> parts) =>
        verb == ServiceVerb.Scale ? new PersonAction(verb, "trio", random.Next(1, 4)) : new PersonAction(verb, Pick(random, parts).Name);

    private static T Pick<T>(Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];
}
