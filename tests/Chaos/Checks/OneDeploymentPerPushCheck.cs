using AutoDeploy.Chaos.Tests.Running;

namespace AutoDeploy.Chaos.Tests.Checks;

/// <summary>One push is at most one deployment of a service, and no deployment comes from nowhere.</summary>
public sealed class OneDeploymentPerPushCheck : ICheck
{
    public Task<IReadOnlyList<string>> ListViolations(RoundEvidence evidence)
    {
        List<string> wrong = [];
        foreach (var (service, _, actions, verdicts) in evidence.Actors)
        {
            wrong.AddRange(
                actions
                    .Where(action => (string?)action["cause"]!["push"] is not null)
                    .GroupBy(action => (string)action["cause"]!["push"]!)
                    .Where(same => same.Count() > 1)
                    .Select(same => $"{service.Part.Name} was deployed {same.Count()} times for the push {same.Key}")
            );
            var led = verdicts.Select(verdict => (string?)verdict["action"]).OfType<string>().ToList();
            wrong.AddRange(
                led.GroupBy(uri => uri)
                    .Where(same => same.Count() > 1)
                    .Select(same => $"{service.Part.Name}: {same.Count()} verdicts led to {same.Key}")
            );
            wrong.AddRange(
                actions
                    .Where(action => (string)action["cause"]!["kind"]! == "push" && !led.Contains((string)action["resource_uri"]!))
                    .Select(action => $"{service.Part.Name}: no verdict led to {action["resource_uri"]}")
            );
            wrong.AddRange(
                led.Where(uri => actions.All(action => (string)action["resource_uri"]! != uri))
                    .Select(uri => $"{service.Part.Name}: a verdict led to {uri}, which is not there")
            );
        }

        return Task.FromResult<IReadOnlyList<string>>(wrong);
    }
}
