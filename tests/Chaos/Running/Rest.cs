using AutoDeploy.Chaos.Tests.Plan;
using AutoDeploy.Testing;

namespace AutoDeploy.Chaos.Tests.Running;

/// <summary>Waits until nothing goes on any more.</summary>
public static class Rest
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    /// <exception cref="TimeoutException">Something goes on for ever, or a push has no verdict.</exception>
    public static async Task<Scene> Come(Stage stage, Round round)
    {
        var restless = "";
        try
        {
            await Wait.Until(async () => (restless = await Restless(stage)).Length == 0, "all is at rest", Deadline);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}; {restless}", e);
        }

        return await Look(stage, round);
    }

    public static async Task<Scene> Look(Stage stage, Round round)
    {
        var actors = new List<ActorScene>();
        foreach (var actor in stage.Actors)
            actors.Add(new ActorScene(actor, await actor.Get(), await actor.NewActions(), await actor.NewVerdicts()));
        return new Scene(stage, round)
        {
            Sent = stage.Sender.Round,
            Actors = actors,
            Containers = await Container.All(stage.Docker),
        };
    }

    /// <summary>What still goes on, in words; empty: nothing.</summary>
    private static async Task<string> Restless(Stage stage)
    {
        await stage.Host.Look();
        foreach (var actor in stage.Actors)
        {
            var verdicts = await actor.NewVerdicts();
            var told = verdicts.Select(verdict => (string?)verdict["push"]!["pusher"]).ToHashSet();
            if (stage.Sender.Round.FirstOrDefault(sent => sent.Repository == actor.Part.Repository && !told.Contains(sent.Delivery)) is { } open)
                return $"{actor.Part.Name} has no verdict on the push {open.Delivery} of {open.Digest}";
            if ((await actor.NewActions()).FirstOrDefault(action => (string)action["state"]! is "Pending" or "In progress") is { } action)
                return $"{actor.Part.Name}: {action.ToJsonString()}";
            if (await actor.State() is var state && state is not ("Running" or "Partly running" or "Stopped" or "Not running"))
                return $"{actor.Part.Name} is {state}";
        }

        return "";
    }
}
