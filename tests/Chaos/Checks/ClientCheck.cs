using AutoDeploy.Chaos.Tests.Running;

namespace AutoDeploy.Chaos.Tests.Checks;

/// <summary>
/// A client that asks services again and again loses no request, except while the engine is away, and those under way when we are killed:
/// Docker takes a name from a container by taking it off the network and putting it there again, and the kill may come between the two.
/// </summary>
public sealed class ClientCheck : ICheck
{
    public async Task<IReadOnlyList<string>> Objections(Scene scene)
    {
        var stage = scene.Stage;
        var watched = stage.Watched.Select(actor => actor.Part.Name).ToHashSet();
        return [.. (await stage.Hammer.Lost()).Where(lost => watched.Contains(lost.Name) && lost.Begun >= stage.RoundBegan && !(lost.Ended >= stage.EngineGone)
                && !stage.Host.Kills.Any(kill => lost.Begun <= kill.To && lost.Ended >= kill.From))
            .Select(lost => $"a request to {lost.Name} was lost {lost.Begun - stage.RoundBegan:0.00} to {lost.Ended - stage.RoundBegan:0.00} s after the round's beginning")];
    }
}
