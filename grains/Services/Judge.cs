using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Sources;

namespace AutoDeploy.Services;

/// <summary>
/// Judges a push for a service: a pure function of what it is given. The order of the rules is part of what users rely on.
/// </summary>
public static class Judge
{
    /// <summary>Judges the push of an image.</summary>
    /// <param name="service">Subscribed to the push's source, and not terminated.</param>
    /// <param name="push">With the digest that the tag means, as far as known.</param>
    /// <param name="deploying">The digest that a running deployment goes for, if there is one and it is known.</param>
    /// <param name="deployingTag">The tag that the newest deployment, running or waiting, goes for, where that is another than the
    /// service's.</param>
    public static JudgeDecision Decide(Service service, Push push, string? deploying, string? deployingTag = null)
    {
        var version = push.Digest is null ? push.ToString() : $"{push} ({ServiceVersion.ShortenDigest(push.Digest)})";

        if (push.Deleted)
            return JudgeDecision.Skip(VerdictReasons.Deleted, $"The tag \"{push.Tag}\" was deleted; there is nothing to deploy.");

        // what a service would not take anyway is not "available" to it
        var objection = TagPolicy.FindObjection(service, push.Tag, push.IsAnnouncement);

        if (SkipUnavailable(service) is { } later)
            return later with { RememberAvailable = objection is null };

        if (objection is not null)
            return JudgeDecision.Skip(VerdictReasons.Tag, objection);

        if (TagPolicy.FindOvertakenBy(service, push.Tag, deployingTag) is { } overtaken)
            return JudgeDecision.Skip(VerdictReasons.Tag, overtaken);

        if (TagPolicy.FindOvertakenByHeld(service, push.Tag, service.Held?.Version.Image.Tag) is { } lower)
            return JudgeDecision.Skip(VerdictReasons.Tag, lower);
        if (service.Held is { } held && held.Push.Received > push.Received)
            return JudgeDecision.Skip(VerdictReasons.Older, $"{version} was pushed before {held.Version}, which is held.");

        // the tag has gone back to what runs, or is about to: what is held is not what it means any more
        if (push.Digest is not null && push.Digest == deploying)
            return JudgeDecision.Skip(VerdictReasons.Current, $"{version} is being deployed already.") with { SupersedesHeld = true };
        if (push.Digest is not null && deploying is null && push.Digest == service.Current?.Digest)
            return JudgeDecision.Skip(VerdictReasons.Current, $"{version} is what runs already.") with { SupersedesHeld = true };
        if (push.Digest is not null && push.Digest == service.Held?.Version.Digest)
            return SkipHeldAlready(version);

        if (
            service.RolledBackFrom is { } from
            && (
                (push.Digest is not null && RollbackTargets.Covers(service, push.Digest))
                || TagPolicy.IsNoHigher(service, push.Tag, from.Image.Tag)
            )
        )
            return SkipRolledBack(version, from);

        if (push.Digest is not null && service.Failed.Contains(push.Digest))
            return SkipFailedBefore(version);

        return DeployNew(version);
    }

    /// <summary>Judges the push of a branch.</summary>
    /// <param name="service">Subscribed to the push's repository and branch, and not terminated.</param>
    /// <param name="push">What the sender told.</param>
    /// <param name="commit">What the repository told; null only for a deleted branch.</param>
    /// <param name="relations">How the commit stands to what runs; null: not looked at yet.</param>
    /// <returns>Null when the answer depends on <paramref name="relations"/> and that is null.</returns>
    public static JudgeDecision? Decide(Service service, Push push, PushedCommit? commit, CommitRelations? relations)
    {
        if (push.Deleted)
            return JudgeDecision.Skip(VerdictReasons.Deleted, $"The branch \"{push.Branch}\" was deleted; there is nothing to deploy.");

        var version = $"{RepositoryName.Display(push.Source)} ({push.Branch}{(commit?.Id is { } id ? $" at {GitRefs.Shorten(id)}" : "")})";
        if (SkipUnavailable(service) is { } later)
            return later with { RememberAvailable = commit is { Id: not null, LeftBranch: false } };

        if (push.SkipAsked)
            return JudgeDecision.Skip(VerdictReasons.SkipMarker, "The pusher asked for no deployment (push option ci.skip).");
        if (commit!.SkipMarker is { } marker)
            return JudgeDecision.Skip(VerdictReasons.SkipMarker, $"The message of {GitRefs.Shorten(commit.Id!)} has {marker}.");

        if (commit.LeftBranch)
            return JudgeDecision.Skip(VerdictReasons.Older, $"{commit.Problem} What the branch is at now has a push of its own.");
        // the deployment will look again, and say what is wrong; so it is seen where failures are looked for
        if (commit.Problem is not null)
            return commit.Id is not null && service.Failed.Contains(commit.Id)
                ? SkipFailedBefore(version)
                : new JudgeDecision(VerdictKind.Deploy, VerdictReasons.New, $"{commit.Problem} The deployment tries once more.");

        if (relations is null)
            return null;

        var isCurrent = service.Current?.Commit == commit.Id;
        if (!isCurrent && RestrictionRules.FindObjection(service.Settings.Restrictions, relations.Running.Files) is { } objection)
            return JudgeDecision.Skip(VerdictReasons.Restricted, objection) with { SupersedesHeld = relations.Held == GitRelation.Newer };

        if (relations.Deploying is { } deploying)
        {
            if (deploying == commit.Id)
                return JudgeDecision.Skip(VerdictReasons.Current, $"{version} is being deployed already.");
            if (relations.Relation == GitRelation.Older)
                return JudgeDecision.Skip(
                    VerdictReasons.Older,
                    $"{version} is older than {GitRefs.Shorten(deploying)}, which is being deployed."
                );
        }
        else if (isCurrent)
        {
            return JudgeDecision.Skip(VerdictReasons.Current, $"{version} is what runs already.");
        }

        if (service.Held is { } held)
        {
            if (held.Version.Commit == commit.Id)
                return SkipHeldAlready(version);
            if (relations.Held == GitRelation.Older)
                return JudgeDecision.Skip(
                    VerdictReasons.Older,
                    $"{version} is older than {GitRefs.Shorten(held.Version.Commit!)}, which is held."
                );
        }

        if (relations.Running.Relation == GitRelation.Older)
            return JudgeDecision.Skip(
                VerdictReasons.Older,
                $"{version} is older than {GitRefs.Shorten(service.Current!.Commit!)}, which runs; deploy it by hand to go back to it."
            );

        if (
            service.RolledBackFrom is { } from
            && (RollbackTargets.Covers(service, commit.Id!) || relations.RolledBack == GitRelation.Older)
        )
            return SkipRolledBack(version, from);

        if (service.Failed.Contains(commit.Id!))
            return SkipFailedBefore(version);

        return DeployNew(version);
    }

    /// <summary>The last rule: what would be deployed is held in a freeze, while a window is closed and until it is approved.</summary>
    /// <param name="decision">What the other rules say.</param>
    /// <param name="push">What was judged, for the sentence.</param>
    /// <param name="service">What is set for the service.</param>
    /// <param name="organization">What is set for its organization.</param>
    /// <param name="approved">A person has approved it.</param>
    /// <param name="now">The time.</param>
    public static JudgeDecision ApplyHolds(
        JudgeDecision decision,
        Push push,
        ServiceSettings service,
        OrganizationSettings organization,
        bool approved,
        DateTimeOffset now
    ) =>
        decision.Kind == VerdictKind.Deploy && DeploymentHold.Find(service, organization, approved, now) is { } hold
            ? new JudgeDecision(VerdictKind.Held, hold.Reason, $"{push} is held. {hold.Detail}") { Until = hold.Until }
            : decision;

    private static JudgeDecision SkipHeldAlready(string version) =>
        JudgeDecision.Skip(VerdictReasons.Current, $"{version} is held already.");

    private static JudgeDecision? SkipUnavailable(Service service) =>
        !service.Settings.Autoredeploy ? JudgeDecision.Skip(VerdictReasons.AutoredeployOff, "Autoredeploy is off for this service.")
        : !service.MayRun
            ? JudgeDecision.Skip(
                VerdictReasons.Stopped,
                service.Status == ServiceStatus.NotRunning
                    ? "The service has never been started; a push does not start it."
                    : "The service is stopped; a push does not start it."
            )
        : service.StoppedByHand
            ? JudgeDecision.Skip(VerdictReasons.Stopped, "The service's containers were stopped by hand; a push does not start them.")
        : null;

    private static JudgeDecision SkipRolledBack(string version, ServiceVersion from) =>
        JudgeDecision.Skip(
            VerdictReasons.RolledBack,
            $"{version} is not newer than {from}, which was rolled back; redeploy the service by hand to have it all the same."
        );

    private static JudgeDecision SkipFailedBefore(string version) =>
        JudgeDecision.Skip(
            VerdictReasons.FailedBefore,
            $"The deployment of {version} failed before; redeploy the service by hand to try it again."
        );

    private static JudgeDecision DeployNew(string version) =>
        new(VerdictKind.Deploy, VerdictReasons.New, $"{version} is new: a deployment of it was queued.");
}
