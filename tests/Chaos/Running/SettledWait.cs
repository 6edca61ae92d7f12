using AutoDeploy.Chaos.Tests.Plan;
using AutoDeploy.Testing;

namespace AutoDeploy.Chaos.Tests.Running;

/// <summary>Waits until nothing goes on any more.</summary>
public static class SettledWait
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    /// <exception cref="TimeoutException">Something goes on for ever, or a push has no verdict.</exception>
    public static async Task<RoundEvidence> Come(ChaosEnvironment environment, ChaosRound round)
    {
        var restless = "";
        try
        {
            await Eventually.Until(async () => (restless = await Restless(environment)).Length == 0, "all is at rest", Deadline);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}; {restless}", e);
        }

        return await Look(environment, round);
    }

    public static async Task<RoundEvidence> Look(ChaosEnvironment environment, ChaosRound round)
    {
        var actors = new List<ServiceEvidence>();
        foreach (var service in environment.Actors)
            actors.Add(new ServiceEvidence(service, await service.Get(), await service.NewActions(), await service.NewVerdicts()));
        return new RoundEvidence(environment, round)
        {
            Sent = environment.Sender.Round,
            Actors = actors,
            Containers = await ContainerInfo.All(environment.Docker),
        };
    }

    /// <summary>What still goes on, in words; empty: nothing.</summary>
    private static async Task<string> Restless(ChaosEnvironment environment)
    {
        await environment.Host.Look();
        foreach (var service in environment.Actors)
        {
            var verdicts = await service.NewVerdicts();
            var told = verdicts.Select(verdict => (string?)verdict["push"]!["pusher"]).ToHashSet();
            if (
                environment.Sender.Round.FirstOrDefault(sentPush =>
                    sentPush.Repository == service.Part.Repository && !told.Contains(sentPush.Delivery)
                ) is
                { } open
            )
                return $"{service.Part.Name} has no verdict on the push {open.Delivery} of {open.Digest}";
            if ((await service.NewActions()).FirstOrDefault(action => (string)action["state"]! is "Pending" or "In progress") is { } action)
                return $"{service.Part.Name}: {action.ToJsonString()}";
            if (await service.State() is var state && state is not ("Running" or "Partly running" or "Stopped" or "Not running"))
                return $"{service.Part.Name} is {state}";
        }

        return "";
    }
}
