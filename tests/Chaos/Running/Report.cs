using System.Globalization;
using System.Net.Sockets;
using AutoDeploy.Chaos.Tests.Plan;

namespace AutoDeploy.Chaos.Tests.Running;

/// <summary>Writes a table with a line for each round, and all that there is to know about one that failed.</summary>
public sealed class Report(int seed, Action<string> write)
{
    private const int LastLines = 60;

    public void Begin(int rounds)
    {
        write($"{rounds} rounds with the seed {seed}");
        write(Row("round", "done", "faults", "result", "s"));
    }

    public void Line(Round round, bool well, TimeSpan took) => write(Row(
        round.Number.ToString(CultureInfo.InvariantCulture),
        string.Join("; ", round.Acts.Where(timed => timed.Act is not Fault)),
        string.Join("; ", round.Acts.Where(timed => timed.Act is Fault)),
        well ? "kept" : "BROKEN",
        took.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)));

    public void Well() => write($"All promises were kept. The same again: ./test --chaos --seed {seed}");

    public async Task Failure(Stage stage, Round round, IReadOnlyList<string> wrong)
    {
        write("");
        write($"Round {round.Number} broke a promise:");
        foreach (var objection in wrong)
            write("  - " + objection);
        try
        {
            await Show(await Rest.Look(stage, round));
        }
        catch (Exception e) when (e is TimeoutException or HttpRequestException or SocketException)
        {
            write($"What is there cannot be looked at: {e.Message}");
        }

        write("The process's last lines:");
        foreach (var line in stage.App.Output.Split('\n').TakeLast(LastLines))
            write("  " + line);
        write("The engine's last lines:");
        foreach (var line in stage.Docker.Output.Split('\n').Where(line => !line.Contains("level=info", StringComparison.Ordinal)).TakeLast(LastLines / 2))
            write("  " + line);
        write($"The same again: ./test --chaos --seed {seed} --rounds {round.Number}");
    }

    private async Task Show(Scene scene)
    {
        foreach (var sent in scene.Sent)
            write($"pushed {sent.Repository} {(sent.Good ? "good" : "broken")} {sent.Digest}, told as {sent.Delivery}");
        foreach (var actor in scene.Actors)
        {
            write($"{actor.Actor.Part.Name}: was {actor.Actor.Standing}; is {actor.State} at {actor.Service["current_version"]!["digest"]}");
            foreach (var verdict in actor.Verdicts)
                write($"  verdict {verdict["push"]!["pusher"]}: {verdict["verdict"]} {verdict["reason"]}: {verdict["detail"]}");
            foreach (var action in actor.Actions)
            {
                write($"  action {action["uuid"]}: {action["action"]} {action["state"]} from {action["start_date"]} to {action["end_date"]}: {action["result"]}");
                foreach (var line in (await actor.Actor.Log(action)).TrimEnd().Split('\n'))
                    write("    " + line);
            }
        }

        foreach (var container in scene.Containers)
            write($"container {container} of {container.Image}");
    }

    private static string Row(string round, string done, string faults, string result, string seconds) => $"{round,5} | {done,-70} | {faults,-34} | {result,-6} | {seconds,6}";
}
