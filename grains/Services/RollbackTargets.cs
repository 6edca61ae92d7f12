using System.Collections.Immutable;
using AutoDeploy.Deployments;
using AutoDeploy.Sources;

namespace AutoDeploy.Services;

/// <summary>Which versions a service can go back to, and what it does not take again after it has.</summary>
public static class RollbackTargets
{
    /// <summary>Proven versions kept besides the current one, with their images.</summary>
    public const int MaxKeptVersions = 2;

    /// <summary>The last proven version before the one that runs; null when there is none.</summary>
    public static ServiceVersion? FindPrevious(Service service) =>
        service.Current is not { } current
            ? null
            : service.Previous.Where(version => version.Time < current.Time).MaxBy(version => version.Time);

    /// <summary>The version of a digest that runs or is kept; null: there is none.</summary>
    public static ServiceVersion? FindKept(Service service, string digest) =>
        service.Previous.Append(service.Current).FirstOrDefault(version => version?.Digest == digest);

    /// <summary>
    /// The version that a deployment of the service has proven; null: it has proven none. Others succeed by doing nothing.
    /// </summary>
    public static ServiceVersion? FindProvenBy(Service service, Deployment? deployment) =>
        deployment is not { State: DeploymentState.Success, Digest: { } digest, Image: { } image }
        || deployment.ServiceId != service.Uuid
        || !deployment.Step.IsPastReturn()
            ? null
            : FindKept(service, digest)
                ?? new ServiceVersion
                {
                    Image = ImageName.Parse(image) with { Digest = null },
                    Digest = digest,
                    Commit = deployment.Commit,
                    Time = deployment.RollbackTime ?? deployment.Started ?? deployment.Created,
                };

    /// <summary>The versions that are kept when another has been proven, newest first.</summary>
    public static ImmutableArray<ServiceVersion> ListAfter(Service service, ServiceVersion version) =>
        service.Current is not { } before || before.Digest == version.Digest
            ? service.Previous
            : [before, .. service.Previous.Where(p => p.Digest != version.Digest && p.Digest != before.Digest).Take(MaxKeptVersions - 1)];

    /// <summary>
    /// The newest version that was gone back from, when a person has gone to a version; null when nothing is newer than that.
    /// </summary>
    public static ServiceVersion? FindRolledBackFrom(Service service, ServiceVersion version)
    {
        var newest = new[] { service.RolledBackFrom, service.Current }.OfType<ServiceVersion>().MaxBy(v => v.Time);
        return newest is not null && newest.Digest != version.Digest && newest.Time > version.Time ? newest : null;
    }

    /// <summary>Whether it is the version that a person went back from, or one that is known to be older.</summary>
    /// <param name="service">As it is now.</param>
    /// <param name="version">A digest, or with a git source a commit.</param>
    public static bool Covers(Service service, string version) =>
        service.RolledBackFrom is { } from
        && (IsVersion(from, version) || service.Previous.Any(previous => IsVersion(previous, version) && previous.Time <= from.Time));

    private static bool IsVersion(ServiceVersion known, string version) => known.Digest == version || known.Commit == version;
}
