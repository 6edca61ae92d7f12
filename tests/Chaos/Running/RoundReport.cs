using System.Globalization;
using System.Net.Sockets;
using AutoDeploy.Chaos.Tests.Plan;

namespace AutoDeploy.Chaos.Tests.Running;

/// <summary>Writes a table with a line for each round, and all that there is to know about one that failed.</summary>
public sealed class RoundReport(int seed, Action<string> write)
{
    private const int LastLines = 60;

    public void Begin(int rounds)
    {
        write($"{rounds} rounds with the seed {seed}");
        write(Row("round", "done", "faults", "result", "s"));
    }

    public void Line(ChaosRound round, bool well, TimeSpan took) =>
        write(
            Row(
                round.Number.ToString(CultureInfo.InvariantCulture),
                string.Join("; ", round.Acts.Where(timedAction => timedAction.Act is not FaultAction)),
                string.Join("; ", round.Acts.Where(timedAction => timedAction.Act is FaultAction)),
                well ? "kept" : "BROKEN",
                took.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)
            )
        );

    public void Well() => write($"All promises were kept. The same again: ./test --chaos --seed {seed}");

    public async Task Failure(ChaosEnvironment environment, ChaosRound round, IReadOnlyList<string> wrong)
    {
        write("");
        write($"Round {round.Number} broke a promise:");
        foreach (var objection in wrong)
            write("  - " + objection);
        try
        {
            await Show(await SettledWait.Look(environment, round));
        }
        catch (Exception e) when (e is TimeoutException or HttpRequestException or SocketException)
        {
            write($"What is there cannot be looked at: {e.Message}");
        }

        write("The process's last lines:");
        foreach (var line in environment.App.Output.Split('\n').TakeLast(LastLines))
            write("  " + line);
        write("The engine's last lines:");
        foreach (
            var line in environment
                .Docker.Output.Split('\n')
                .Where(line => !line.Contains("level=info", StringComparison.Ordinal))
                .TakeLast(LastLines / 2)
        )
            write("  " + line);
        write($"The same again: ./test --chaos --seed {seed} --rounds {round.Number}");
    }

    private async Task Show(RoundEvidence evidence)
    {
        foreach (var sentPush in evidence.Sent)
            write($"pushed {sentPush.Repository} {(sentPush.Good ? "good" : "broken")} {sentPush.Digest}, told as {sentPush.Delivery}");
        foreach (var actor in evidence.Actors)
        {
            write(
                $"{actor.Actor.Part.Name}: was {actor.Actor.Standing}; is {actor.State} at {actor.Service["current_version"]!["digest"]}"
            );
            foreach (var verdict in actor.Verdicts)
                write($"  verdict {verdict["push"]!["pusher"]}: {verdict["verdict"]} {verdict["reason"]}: {verdict["detail"]}");
            foreach (var action in actor.Actions)
            {
                write(
                    $"  action {action["uuid"]}: {action["action"]} {action["state"]} from {action["start_date"]} to "
                        + $"{action["end_date"]}: {action["result"]}"
                );
                foreach (var line in (await actor.Actor.Log(action)).TrimEnd().Split('\n'))
                    write("    " + line);
            }
        }

        foreach (var containerInfo in evidence.Containers)
            write($"container {containerInfo} of {containerInfo.Image}");
    }

    private static string Row(string round, string done, string faults, string result, string seconds) =>
        $"{round, 5} | {done, -70} | {faults, -34} | {result, -6} | {seconds, 6}";
}
