using System.Collections.Immutable;

namespace AutoDeploy.Chaos.Tests.Model;

/// <summary>What may have come of a story, and what not: a pure function of what happened.</summary>
public static class InvariantOracle
{
    /// <summary>Whether the service has to run at the end: what the last person who got what they asked for wanted.</summary>
    public static bool IsExpectedToRun(Scenario scenario) =>
        scenario.Actions.LastOrDefault(action =>
            action is { ByPerson: true, State: "Success", Operation: "Service Stop" or "Service Start" or "Service Redeploy" }
        )
            is { } last
            ? last.Operation != "Service Stop"
            : scenario.Before.Runs;

    /// <summary>The digests of which one has to be the current version at the end; no other may be.</summary>
    public static ImmutableHashSet<string> ListAllowedVersions(Scenario scenario)
    {
        var before = scenario.Before.Digest;
        var byPerson = scenario.Actions.Any(action => action is { ByPerson: true, IsRedeploy: true });
        if (!byPerson && (scenario.Pushes.IsEmpty || !scenario.Part.Autoredeploy || (scenario.Undisturbed && !scenario.Before.Runs)))
            return [before];

        var good = scenario.Pushes.Where(push => push.Good).Select(push => push.Digest).ToImmutableHashSet();
        var all = byPerson && !scenario.Broken.Contains(scenario.Before.Tag) ? good.Add(before).Add(scenario.Before.Tag) : good.Add(before);
        if (scenario.Pushes.IsEmpty || !scenario.Part.Autoredeploy || !scenario.Undisturbed)
            return all;

        // the latest wins, unless it cannot run or a fault kept it from running
        var latest = scenario.Pushes[^1];
        if (!latest.Good)
            return all;
        var kept =
            scenario.MayFail
            && scenario.Actions.Any(action =>
                action is { IsRedeploy: true, State: "Failed" }
                && (scenario.Reversed || action.Digest is null || action.Digest == latest.Digest)
            );
        // a push that is told of late is believed when the tag's meaning is no news
        return kept ? all
            : scenario.Reversed ? good
            : [latest.Digest];
    }

    /// <summary>What is not as it has to be, in sentences.</summary>
    public static IEnumerable<string> ListViolations(Scenario scenario)
    {
        if (IsExpectedToRun(scenario) != scenario.After.Runs)
            yield return $"expected to {(IsExpectedToRun(scenario) ? "run" : "be stopped")}, found "
                + $"{(scenario.After.Runs ? "running" : "stopped")}";

        var lawful = ListAllowedVersions(scenario);
        if (!lawful.Contains(scenario.After.Digest))
            yield return $"expected to be at {string.Join(" or ", lawful.Order(StringComparer.Ordinal).Select(Short))}, found "
                + $"{Short(scenario.After.Digest)}";

        var last =
            scenario.Actions.LastOrDefault(action => action is { IsRedeploy: true, State: "Success", DidNothing: false })?.Digest
            ?? scenario.Before.Digest;
        if (last != scenario.After.Digest)
            yield return $"the last action that succeeded went for {Short(last)}, the current version is {Short(scenario.After.Digest)}";

        for (var i = 0; i < scenario.Actions.Length; i++)
            if (Objection(scenario, i) is { } objection)
                yield return $"action {scenario.Actions[i].Uuid}: {objection}";
        foreach (var verdict in scenario.Verdicts)
            if (Objection(scenario, verdict) is { } objection)
                yield return $"verdict on {verdict.Delivery} ({Short(verdict.Digest)}): {objection}";
    }

    private static string? Objection(Scenario scenario, int index)
    {
        var action = scenario.Actions[index];
        var isBroken = action.Digest is { } digest && scenario.Broken.Contains(digest);
        return action.State switch
        {
            "Success" when action.IsRedeploy && isBroken && !action.DidNothing =>
                $"{Short(action.Digest!)} is broken, and still it succeeded",
            "Success" => null,
            "Failed" when (action.IsRedeploy && isBroken) || scenario.MayFail => null,
            "Failed" => $"it failed, and nothing was wrong: {action.Result}",
            "Canceled" when index < scenario.Actions.Length - 1 => null,
            "Canceled" => "it was canceled, and nothing newer is there",
            _ => $"its state is {action.State}",
        };
    }

    private static string? Objection(Scenario scenario, VerdictFact verdict)
    {
        if (!scenario.Part.Autoredeploy)
            return verdict.Reason == "autoredeploy_off" ? null : $"{verdict.Reason}, though autoredeploy is off";
        if (scenario.Undisturbed && !scenario.Before.Runs)
            return verdict.Reason == "stopped" ? null : $"{verdict.Reason}, though the service is stopped";
        return verdict.Reason switch
        {
            "new" or "current" => null,
            "stopped" when !scenario.Undisturbed => null,
            "failed_before" when scenario.MayFail || scenario.Broken.Contains(verdict.Digest) => null,
            _ => $"\"{verdict.Reason}\" is not what it can mean",
        };
    }

    private static string Short(string digest) => digest.Length > 19 ? digest[..19] : digest;
}
