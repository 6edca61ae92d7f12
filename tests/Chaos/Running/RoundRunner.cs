using System.Diagnostics;
using System.Net.Sockets;
using AutoDeploy.Chaos.Tests.Checks;
using AutoDeploy.Chaos.Tests.Plan;

namespace AutoDeploy.Chaos.Tests.Running;

/// <summary>Plays rounds, one after the other, and checks after each what was promised.</summary>
public sealed class RoundRunner(RoundGenerator generator, RoundReport report)
{
    private static readonly TimeSpan Return = TimeSpan.FromMinutes(2);

    /// <summary>Answers whether all went well; ends with the first round that did not.</summary>
    public async Task<bool> Run(int rounds)
    {
        report.Begin(rounds);
        await using var environment = await ChaosEnvironment.Set();
        for (var number = 1; number <= rounds; number++)
        {
            var clock = Stopwatch.StartNew();
            var round = generator.Round(number);
            var wrong = await Play(environment, round);
            report.Line(round, wrong.Count == 0, clock.Elapsed);
            if (wrong.Count == 0)
                continue;
            await report.Failure(environment, round, wrong);
            return false;
        }

        report.Well();
        return true;
    }

    private static async Task<IReadOnlyList<string>> Play(ChaosEnvironment environment, ChaosRound round)
    {
        await environment.BeginRound(round);
        try
        {
            await Task.WhenAll(round.Acts.Select(timedAction => Do(environment, timedAction)));
            var evidence = await SettledWait.Come(environment, round);
            var wrong = await AllChecks.ListViolations(evidence);

            // that the engine is back is found out after a while, and then what ran is started again
            for (
                var clock = Stopwatch.StartNew();
                wrong.Count > 0 && environment.EngineGone is not null && clock.Elapsed < Return;
                await Task.Delay(200)
            )
            {
                evidence = await SettledWait.Come(environment, round);
                wrong = await AllChecks.ListViolations(evidence);
            }

            foreach (var actor in evidence.Actors)
                actor.Actor.Standing = actor.After(evidence.Sent);
            return wrong;
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException or HttpRequestException or SocketException)
        {
            return [e.Message];
        }
    }

    private static async Task Do(ChaosEnvironment environment, TimedAction timedAction)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        await Task.Delay(timedAction.Offset, limit.Token);
        switch (timedAction.Act)
        {
            case PushAction pushAction:
                await environment.Sender.Do(pushAction, limit.Token);
                break;
            case PersonAction personAction:
                await PersonDriver.Do(personAction, environment.Actor(personAction.Service), environment.Api, limit.Token);
                break;
            case FaultAction faultAction:
                await faultAction.Inject(environment, limit.Token);
                break;
        }
    }
}
