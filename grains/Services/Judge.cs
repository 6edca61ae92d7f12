using AutoDeploy.Sources;

namespace AutoDeploy.Services;

/// <summary>Judges a push for a service: a pure function of what it is given. The order of the rules is part of what users rely on.</summary>
public static class Judge
{
    /// <param name="service">Subscribed to the push's source, and not terminated.</param>
    /// <param name="push">With the digest that the tag means, as far as known.</param>
    /// <param name="deploying">The digest that a running deployment goes for, if there is one and it is known.</param>
    public static Decision Decide(Service service, Push push, string? deploying)
    {
        var version = push.Digest is null ? push.ToString() : $"{push} ({ServiceVersion.ShortDigest(push.Digest)})";

        if (push.Deleted)
            return Decision.Skip(Reasons.Deleted, $"The tag \"{push.Tag}\" was deleted; there is nothing to deploy.");

        // what a service would not take anyway is not "available" to it
        var objection = TagPolicy.Objection(service, push.Tag);

        if (!service.Settings.Autoredeploy)
            return Later(Reasons.AutoredeployOff, "Autoredeploy is off for this service.");
        if (!service.MayRun)
            return Later(Reasons.Stopped, service.Status == ServiceStatus.NotRunning
                ? "The service has never been started; a push does not start it."
                : "The service is stopped; a push does not start it.");
        if (service.StoppedByHand)
            return Later(Reasons.Stopped, "The service's containers were stopped by hand; a push does not start them.");

        if (objection is not null)
            return Decision.Skip(Reasons.Tag, objection);

        if (push.Digest is not null && push.Digest == deploying)
            return Decision.Skip(Reasons.Current, $"{version} is being deployed already.");
        if (push.Digest is not null && deploying is null && push.Digest == service.Current?.Digest)
            return Decision.Skip(Reasons.Current, $"{version} is what runs already.");

        if (push.Digest is not null && service.Failed.Contains(push.Digest))
            return Decision.Skip(Reasons.FailedBefore, $"The deployment of {version} failed before; redeploy the service by hand to try it again.");

        return new Decision(VerdictKind.Deploy, Reasons.New, $"{version} is new: it is deployed.");

        Decision Later(string reason, string detail) => Decision.Skip(reason, detail) with { Remember = objection is null };
    }
}

/// <param name="Reason">In a word, one of <see cref="Reasons"/>.</param>
/// <param name="Detail">In a sentence.</param>
public sealed record Decision(VerdictKind Kind, string Reason, string Detail)
{
    /// <summary>The version is to be remembered as available.</summary>
    public bool Remember { get; init; }

    public static Decision Skip(string reason, string detail) => new(VerdictKind.Skip, reason, detail);
}
