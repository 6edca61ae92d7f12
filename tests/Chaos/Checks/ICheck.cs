using AutoDeploy.Chaos.Tests.Running;

namespace AutoDeploy.Chaos.Tests.Checks;

/// <summary>Looks whether one promise was kept in a round.</summary>
public interface ICheck
{
    /// <summary>What is not as promised, in sentences that say what was expected and what was found.</summary>
    Task<IReadOnlyList<string>> Objections(Scene scene);
}

public static class AllChecks
{
    public static readonly IReadOnlyList<ICheck> List =
        [new VerdictCheck(), new OnceCheck(), new LawCheck(), new ContainerCheck(), new OrphanCheck(), new GapCheck(), new ClientCheck(), new SecretCheck(), new AnswerCheck()];

    public static async Task<List<string>> Objections(Scene scene)
    {
        List<string> all = [];
        foreach (var check in List)
            all.AddRange((await check.Objections(scene)).Select(objection => $"{check.GetType().Name}: {objection}"));
        return all;
    }
}
