using AutoDeploy.Chaos.Tests.Faults;
using AutoDeploy.Chaos.Tests.Plan;

namespace AutoDeploy.Chaos.Tests;

public class RoundGeneratorTests
{
    [Fact]
    public void The_same_seed_is_the_same_plan()
    {
        Assert.Equal(Plan(7), Plan(7));
        Assert.NotEqual(Plan(7), Plan(8));
    }

    [Fact]
    public void A_round_does_not_depend_on_those_before()
    {
        var generator = new RoundGenerator(7, patient: false);
        Assert.Equal(Plan(7)[19], generator.Round(20).ToString());
    }

    [Fact]
    public void Thirty_rounds_have_every_fault_and_every_kind_of_push()
    {
        var rounds = Enumerable.Range(1, 30).Select(new RoundGenerator(ChaosTests.Seed, patient: false).Round).ToList();
        var faults = rounds.SelectMany(round => round.Faults).ToList();
        Assert.Equal(Enum.GetValues<KillMoment>(), faults.OfType<KillAtMoment>().Select(fault => fault.Moment).Distinct().Order());
        Assert.Equal(
            Enum.GetValues<RegistryTroubleKind>(),
            faults.OfType<RegistryTrouble>().Select(fault => fault.Trouble).Distinct().Order()
        );
        Assert.Equal([false, true], faults.OfType<EngineRestart>().Select(fault => fault.Killed).Distinct().Order());
        Assert.Equal([false, true], faults.OfType<FullDisk>().Select(fault => fault.OfEngine).Distinct().Order());
        Assert.NotEmpty(faults.OfType<KillAtOnce>());
        Assert.NotEmpty(faults.OfType<ProcessFreeze>());
        Assert.NotEmpty(faults.OfType<PowerCut>());

        var pushes = rounds.SelectMany(round => round.Pushes).ToList();
        Assert.Equal(Enum.GetValues<ImageQuality>(), pushes.SelectMany(push => push.Images).Distinct().Order());
        Assert.Contains(pushes, push => push.Reversed);
        Assert.Contains(pushes, push => push.Copies > 1);
        Assert.Contains(pushes, push => push.Images.Length == 5);
        Assert.Equal(
            Enum.GetValues<ServiceVerb>(),
            rounds.SelectMany(round => round.Asks).Select(personAction => personAction.Verb).Distinct().Order()
        );
    }

    [Fact]
    public void Nothing_is_asked_of_a_service_with_a_fixed_port_while_dockerd_is_killed()
    {
        var rounds = Enumerable
            .Range(1, 500)
            .Select(new RoundGenerator(3, patient: false).Round)
            .Where(round => round.Faults.Any(faultAction => faultAction.KillsEngine))
            .ToList();
        Assert.NotEmpty(rounds);
        Assert.DoesNotContain(
            rounds,
            round => round.Pushes.Any(push => push.Repository == "gate") || round.Asks.Any(personAction => personAction.Service == "gate")
        );
    }

    private static List<string> Plan(int seed) =>
        [.. Enumerable.Range(1, 30).Select(number => new RoundGenerator(seed, patient: false).Round(number).ToString())];
}
