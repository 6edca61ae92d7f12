using AutoDeploy.Chaos.Tests.Running;

namespace AutoDeploy.Chaos.Tests.Checks;

public static class AllChecks
{
    public static readonly IReadOnlyList<ICheck> List =
    [
        new VerdictCheck(),
        new OneDeploymentPerPushCheck(),
        new InvariantCheck(),
        new ContainerCheck(),
        new OrphanCheck(),
        new GapCheck(),
        new ClientCheck(),
        new SecretCheck(),
        new AnswerCheck(),
    ];

    public static async Task<List<string>> ListViolations(RoundEvidence evidence)
    {
        List<string> all = [];
        foreach (var check in List)
            all.AddRange((await check.ListViolations(evidence)).Select(objection => $"{check.GetType().Name}: {objection}"));
        return all;
    }
}
