using System.Diagnostics;
using System.Net.Sockets;
using AutoDeploy.Chaos.Tests.Checks;
using AutoDeploy.Chaos.Tests.Plan;

namespace AutoDeploy.Chaos.Tests.Running;

/// <summary>Plays rounds, one after the other, and checks after each what was promised.</summary>
public sealed class Runner(Generator generator, Report report)
{
    private static readonly TimeSpan Return = TimeSpan.FromMinutes(2);

    /// <summary>Answers whether all went well; ends with the first round that did not.</summary>
    public async Task<bool> Run(int rounds)
    {
        report.Begin(rounds);
        await using var stage = await Stage.Set();
        for (var number = 1; number <= rounds; number++)
        {
            var clock = Stopwatch.StartNew();
            var round = generator.Round(number);
            var wrong = await Play(stage, round);
            report.Line(round, wrong.Count == 0, clock.Elapsed);
            if (wrong.Count == 0)
                continue;
            await report.Failure(stage, round, wrong);
            return false;
        }

        report.Well();
        return true;
    }

    private static async Task<IReadOnlyList<string>> Play(Stage stage, Round round)
    {
        await stage.BeginRound(round);
        try
        {
            await Task.WhenAll(round.Acts.Select(timed => Do(stage, timed)));
            var scene = await Rest.Come(stage, round);
            var wrong = await AllChecks.Objections(scene);

            // that the engine is back is found out after a while, and then what ran is started again
            for (var clock = Stopwatch.StartNew(); wrong.Count > 0 && stage.EngineGone is not null && clock.Elapsed < Return; await Task.Delay(200))
            {
                scene = await Rest.Come(stage, round);
                wrong = await AllChecks.Objections(scene);
            }

            foreach (var actor in scene.Actors)
                actor.Actor.Standing = actor.After(scene.Sent);
            return wrong;
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException or HttpRequestException or SocketException)
        {
            return [e.Message];
        }
    }

    private static async Task Do(Stage stage, Timed timed)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        await Task.Delay(timed.At, limit.Token);
        switch (timed.Act)
        {
            case Pushes pushes:
                await stage.Sender.Do(pushes, limit.Token);
                break;
            case Ask ask:
                await Person.Do(ask, stage.Actor(ask.Service), stage.Api, limit.Token);
                break;
            case Fault fault:
                await fault.Strike(stage, limit.Token);
                break;
        }
    }
}
