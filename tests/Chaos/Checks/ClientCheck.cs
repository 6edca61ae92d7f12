using AutoDeploy.Chaos.Tests.Running;

namespace AutoDeploy.Chaos.Tests.Checks;

/// <summary>
/// A client that asks services again and again loses no request, except while the engine is away, and those under way when we are killed:
/// Docker takes a name from a container by taking it off the network and putting it there again, and the kill may come between the two.
/// </summary>
public sealed class ClientCheck : ICheck
{
    public async Task<IReadOnlyList<string>> ListViolations(RoundEvidence evidence)
    {
        var environment = evidence.Stage;
        var watched = environment.Watched.Select(service => service.Part.Name).ToHashSet();
        return
        [
            .. (await environment.Hammer.ListFailed())
                .Where(lost =>
                    watched.Contains(lost.Name)
                    && lost.Begun >= environment.RoundBegan
                    && !(lost.Ended >= environment.EngineGone)
                    && !environment.Host.Kills.Any(kill => lost.Begun <= kill.To && lost.Ended >= kill.From)
                )
                .Select(lost =>
                    $"a request to {lost.Name} was lost {lost.Begun - environment.RoundBegan:0.00} to "
                    + $"{lost.Ended - environment.RoundBegan:0.00} s after the round's beginning"
                ),
        ];
    }
}
