using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Sources;

namespace AutoDeploy.Services;

/// <summary>Judges a push for a service: a pure function of what it is given. The order of the rules is part of what users rely on.</summary>
public static class Judge
{
    /// <summary>Judges the push of an image.</summary>
    /// <param name="service">Subscribed to the push's source, and not terminated.</param>
    /// <param name="push">With the digest that the tag means, as far as known.</param>
    /// <param name="deploying">The digest that a running deployment goes for, if there is one and it is known.</param>
    /// <param name="deployingTag">The tag that the newest deployment, running or waiting, goes for, where that is another than the service's.</param>
    public static Decision Decide(Service service, Push push, string? deploying, string? deployingTag = null)
    {
        var version = push.Digest is null ? push.ToString() : $"{push} ({ServiceVersion.ShortDigest(push.Digest)})";

        if (push.Deleted)
            return Decision.Skip(Reasons.Deleted, $"The tag \"{push.Tag}\" was deleted; there is nothing to deploy.");

        // what a service would not take anyway is not "available" to it
        var objection = TagPolicy.Objection(service, push.Tag, push.IsAnnouncement);

        if (Later(service) is { } later)
            return later with { Remember = objection is null };

        if (objection is not null)
            return Decision.Skip(Reasons.Tag, objection);

        if (TagPolicy.Overtaken(service, push.Tag, deployingTag) is { } overtaken)
            return Decision.Skip(Reasons.Tag, overtaken);

        if (TagPolicy.OvertakenByHeld(service, push.Tag, service.Held?.Version.Image.Tag) is { } lower)
            return Decision.Skip(Reasons.Tag, lower);
        if (service.Held is { } held && held.Push.Received > push.Received)
            return Decision.Skip(Reasons.Older, $"{version} was pushed before {held.Version}, which is held.");

        // the tag has gone back to what runs, or is about to: what is held is not what it means any more
        if (push.Digest is not null && push.Digest == deploying)
            return Decision.Skip(Reasons.Current, $"{version} is being deployed already.") with { Outdates = true };
        if (push.Digest is not null && deploying is null && push.Digest == service.Current?.Digest)
            return Decision.Skip(Reasons.Current, $"{version} is what runs already.") with { Outdates = true };
        if (push.Digest is not null && push.Digest == service.Held?.Version.Digest)
            return HeldAlready(version);

        if (service.RolledBackFrom is { } from
            && ((push.Digest is not null && WayBack.Covers(service, push.Digest)) || TagPolicy.IsNoHigher(service, push.Tag, from.Image.Tag)))
            return RolledBack(version, from);

        if (push.Digest is not null && service.Failed.Contains(push.Digest))
            return FailedBefore(version);

        return New(version);
    }

    /// <summary>Judges the push of a branch.</summary>
    /// <param name="service">Subscribed to the push's repository and branch, and not terminated.</param>
    /// <param name="push">What the sender told.</param>
    /// <param name="commit">What the repository told; null only for a deleted branch.</param>
    /// <param name="standing">How the commit stands to what runs; null: not looked at yet.</param>
    /// <returns>Null when the answer depends on <paramref name="standing"/> and that is null.</returns>
    public static Decision? Decide(Service service, Push push, PushedCommit? commit, Standing? standing)
    {
        if (push.Deleted)
            return Decision.Skip(Reasons.Deleted, $"The branch \"{push.Branch}\" was deleted; there is nothing to deploy.");

        var version = $"{RepositoryName.Display(push.Source)} ({push.Branch}{(commit?.Id is { } id ? $" at {Refs.Short(id)}" : "")})";
        if (Later(service) is { } later)
            return later with { Remember = commit is { Id: not null, LeftBranch: false } };

        if (push.SkipAsked)
            return Decision.Skip(Reasons.SkipMarker, "The pusher asked for no deployment (push option ci.skip).");
        if (commit!.SkipMarker is { } marker)
            return Decision.Skip(Reasons.SkipMarker, $"The message of {Refs.Short(commit.Id!)} has {marker}.");

        if (commit.LeftBranch)
            return Decision.Skip(Reasons.Older, $"{commit.Problem} What the branch is at now has a push of its own.");
        // the deployment will look again, and say what is wrong; so it is seen where failures are looked for
        if (commit.Problem is not null)
            return commit.Id is not null && service.Failed.Contains(commit.Id)
                ? FailedBefore(version)
                : new Decision(VerdictKind.Deploy, Reasons.New, $"{commit.Problem} The deployment tries once more.");

        if (standing is null)
            return null;

        var isCurrent = service.Current?.Commit == commit.Id;
        if (!isCurrent && Restrictions.Objection(service.Settings.Restrictions, standing.Running.Files) is { } objection)
            return Decision.Skip(Reasons.Restricted, objection) with { Outdates = standing.Held == GitRelation.Newer };

        if (standing.Deploying is { } deploying)
        {
            if (deploying == commit.Id)
                return Decision.Skip(Reasons.Current, $"{version} is being deployed already.");
            if (standing.Relation == GitRelation.Older)
                return Decision.Skip(Reasons.Older, $"{version} is older than {Refs.Short(deploying)}, which is being deployed.");
        }
        else if (isCurrent)
        {
            return Decision.Skip(Reasons.Current, $"{version} is what runs already.");
        }

        if (service.Held is { } held)
        {
            if (held.Version.Commit == commit.Id)
                return HeldAlready(version);
            if (standing.Held == GitRelation.Older)
                return Decision.Skip(Reasons.Older, $"{version} is older than {Refs.Short(held.Version.Commit!)}, which is held.");
        }

        if (standing.Running.Relation == GitRelation.Older)
            return Decision.Skip(Reasons.Older, $"{version} is older than {Refs.Short(service.Current!.Commit!)}, which runs; deploy it by hand to go back to it.");

        if (service.RolledBackFrom is { } from && (WayBack.Covers(service, commit.Id!) || standing.RolledBack == GitRelation.Older))
            return RolledBack(version, from);

        if (service.Failed.Contains(commit.Id!))
            return FailedBefore(version);

        return New(version);
    }

    /// <summary>The last rule: what would be deployed is held in a freeze, while a window is closed and until it is approved.</summary>
    /// <param name="decision">What the other rules say.</param>
    /// <param name="push">What was judged, for the sentence.</param>
    /// <param name="service">What is set for the service.</param>
    /// <param name="organization">What is set for its organization.</param>
    /// <param name="approved">A person has approved it.</param>
    /// <param name="now">The time.</param>
    public static Decision Gate(
        Decision decision, Push push, ServiceSettings service, OrganizationSettings organization, bool approved, DateTimeOffset now) =>
        decision.Kind == VerdictKind.Deploy && Hold.Of(service, organization, approved, now) is { } hold
            ? new Decision(VerdictKind.Held, hold.Reason, $"{push} is held. {hold.Detail}") { Until = hold.Until }
            : decision;

    private static Decision HeldAlready(string version) => Decision.Skip(Reasons.Current, $"{version} is held already.");

    private static Decision? Later(Service service) =>
        !service.Settings.Autoredeploy
            ? Decision.Skip(Reasons.AutoredeployOff, "Autoredeploy is off for this service.")
        : !service.MayRun
            ? Decision.Skip(Reasons.Stopped, service.Status == ServiceStatus.NotRunning
                ? "The service has never been started; a push does not start it."
                : "The service is stopped; a push does not start it.")
        : service.StoppedByHand
            ? Decision.Skip(Reasons.Stopped, "The service's containers were stopped by hand; a push does not start them.")
        : null;

    private static Decision RolledBack(string version, ServiceVersion from) =>
        Decision.Skip(Reasons.RolledBack, $"{version} is not newer than {from}, which was rolled back; redeploy the service by hand to have it all the same.");

    private static Decision FailedBefore(string version) =>
        Decision.Skip(Reasons.FailedBefore, $"The deployment of {version} failed before; redeploy the service by hand to try it again.");

    private static Decision New(string version) => new(VerdictKind.Deploy, Reasons.New, $"{version} is new: a deployment of it was queued.");
}

/// <param name="Reason">In a word, one of <see cref="Reasons"/>.</param>
/// <param name="Detail">In a sentence.</param>
public sealed record Decision(VerdictKind Kind, string Reason, string Detail)
{
    /// <summary>The version is to be remembered as available.</summary>
    public bool Remember { get; init; }

    /// <summary>What is held is out of date because of it, though it is not deployed itself.</summary>
    public bool Outdates { get; init; }

    /// <summary>Of what is held: when it is to be judged again; null: not at a certain time.</summary>
    public DateTimeOffset? Until { get; init; }

    public static Decision Skip(string reason, string detail) => new(VerdictKind.Skip, reason, detail);
}
