using System.Collections.Immutable;

namespace AutoDeploy.Chaos.Tests.Model;

/// <summary>What may have come of a story, and what not: a pure function of what happened.</summary>
public static class Law
{
    /// <summary>Whether the service has to run at the end: what the last person who got what they asked for wanted.</summary>
    public static bool Runs(Story story) =>
        story.Actions.LastOrDefault(action => action is { ByPerson: true, State: "Success", Operation: "Service Stop" or "Service Start" or "Service Redeploy" }) is { } last
            ? last.Operation != "Service Stop"
            : story.Before.Runs;

    /// <summary>The digests of which one has to be the current version at the end; no other may be.</summary>
    public static ImmutableHashSet<string> Versions(Story story)
    {
        var before = story.Before.Digest;
        var byPerson = story.Actions.Any(action => action is { ByPerson: true, IsRedeploy: true });
        if (!byPerson && (story.Pushes.IsEmpty || !story.Part.Autoredeploy || (story.Undisturbed && !story.Before.Runs)))
            return [before];

        var good = story.Pushes.Where(push => push.Good).Select(push => push.Digest).ToImmutableHashSet();
        var all = byPerson && !story.Broken.Contains(story.Before.Tag) ? good.Add(before).Add(story.Before.Tag) : good.Add(before);
        if (story.Pushes.IsEmpty || !story.Part.Autoredeploy || !story.Undisturbed)
            return all;

        // the latest wins, unless it cannot run or a fault kept it from running
        var latest = story.Pushes[^1];
        if (!latest.Good)
            return all;
        var kept = story.MayFail && story.Actions.Any(action => action is { IsRedeploy: true, State: "Failed" }
            && (story.Reversed || action.Digest is null || action.Digest == latest.Digest));
        // a push that is told of late is believed when the tag's meaning is no news
        return kept ? all : story.Reversed ? good : [latest.Digest];
    }

    /// <summary>What is not as it has to be, in sentences.</summary>
    public static IEnumerable<string> Objections(Story story)
    {
        if (Runs(story) != story.After.Runs)
            yield return $"expected to {(Runs(story) ? "run" : "be stopped")}, found {(story.After.Runs ? "running" : "stopped")}";

        var lawful = Versions(story);
        if (!lawful.Contains(story.After.Digest))
            yield return $"expected to be at {string.Join(" or ", lawful.Order(StringComparer.Ordinal).Select(Short))}, found {Short(story.After.Digest)}";

        var last = story.Actions.LastOrDefault(action => action is { IsRedeploy: true, State: "Success", DidNothing: false })?.Digest ?? story.Before.Digest;
        if (last != story.After.Digest)
            yield return $"the last action that succeeded went for {Short(last)}, the current version is {Short(story.After.Digest)}";

        for (var i = 0; i < story.Actions.Length; i++)
            if (Objection(story, i) is { } objection)
                yield return $"action {story.Actions[i].Uuid}: {objection}";
        foreach (var verdict in story.Verdicts)
            if (Objection(story, verdict) is { } objection)
                yield return $"verdict on {verdict.Delivery} ({Short(verdict.Digest)}): {objection}";
    }

    private static string? Objection(Story story, int index)
    {
        var action = story.Actions[index];
        var isBroken = action.Digest is { } digest && story.Broken.Contains(digest);
        return action.State switch
        {
            "Success" when action.IsRedeploy && isBroken && !action.DidNothing => $"{Short(action.Digest!)} is broken, and still it succeeded",
            "Success" => null,
            "Failed" when (action.IsRedeploy && isBroken) || story.MayFail => null,
            "Failed" => $"it failed, and nothing was wrong: {action.Result}",
            "Canceled" when index < story.Actions.Length - 1 => null,
            "Canceled" => "it was canceled, and nothing newer is there",
            _ => $"its state is {action.State}",
        };
    }

    private static string? Objection(Story story, VerdictFact verdict)
    {
        if (!story.Part.Autoredeploy)
            return verdict.Reason == "autoredeploy_off" ? null : $"{verdict.Reason}, though autoredeploy is off";
        if (story.Undisturbed && !story.Before.Runs)
            return verdict.Reason == "stopped" ? null : $"{verdict.Reason}, though the service is stopped";
        return verdict.Reason switch
        {
            "new" or "current" => null,
            "stopped" when !story.Undisturbed => null,
            "failed_before" when story.MayFail || story.Broken.Contains(verdict.Digest) => null,
            _ => $"\"{verdict.Reason}\" is not what it can mean",
        };
    }

    private static string Short(string digest) => digest.Length > 19 ? digest[..19] : digest;
}
