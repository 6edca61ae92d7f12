using AutoDeploy.Chaos.Tests.Running;

namespace AutoDeploy.Chaos.Tests.Checks;

/// <summary>Every acknowledged push has one verdict for every subscribed service, and there are no others.</summary>
public sealed class VerdictCheck : ICheck
{
    public Task<IReadOnlyList<string>> ListViolations(RoundEvidence evidence)
    {
        List<string> wrong = [];
        foreach (var actor in evidence.Actors)
        {
            var sent = evidence.Sent.Where(one => one.Repository == actor.Actor.Part.Repository).Select(one => one.Delivery).ToHashSet();
            var judged = actor.Verdicts.Select(verdict => (string?)verdict["push"]!["pusher"] ?? "?").ToList();
            wrong.AddRange(sent.Except(judged).Select(delivery => $"{actor.Actor.Part.Name} has no verdict on {delivery}"));
            wrong.AddRange(
                judged
                    .Where(delivery => !sent.Contains(delivery))
                    .Select(delivery => $"{actor.Actor.Part.Name} has a verdict on {delivery}, which nobody sent")
            );
            wrong.AddRange(
                judged
                    .GroupBy(delivery => delivery)
                    .Where(same => same.Count() > 1)
                    .Select(same => $"{actor.Actor.Part.Name} has {same.Count()} verdicts on the one push {same.Key}")
            );
        }

        return Task.FromResult<IReadOnlyList<string>>(wrong);
    }
}
