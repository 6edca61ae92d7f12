using AutoDeploy.Deployments;
using AutoDeploy.Services;

namespace AutoDeploy.Volumes;

/// <summary>
/// The sets of volumes that a service has: a deployment that does not reuse volumes begins another one, and a version that can be gone back
/// to finds the one that it had.
/// </summary>
public static class VolumeGenerations
{
    /// <summary>The set that a deployment's containers get.</summary>
    public static int GetGeneration(Service service, Deployment deployment) =>
        !deployment.ReuseVolumes ? GetNext(service)
        : deployment.RollbackTime is not null && service.Previous.FirstOrDefault(version => version.Digest == deployment.Digest) is { } back
            ? GetGeneration(service, back)
        : service.VolumeGeneration;

    /// <summary>
    /// The sets that are needed when a version runs with one of them: it, and those of the versions that can be gone back to.
    /// </summary>
    /// <param name="service">Before the deployment's end.</param>
    /// <param name="version">What it brought.</param>
    /// <param name="generation">The set that its containers have.</param>
    public static IReadOnlySet<int> ListNeeded(Service service, ServiceVersion version, int generation) =>
        new HashSet<int>(RollbackTargets.ListAfter(service, version).Select(previous => GetGeneration(service, previous))) { generation };

    /// <summary>The service when a version runs with a set of volumes; what it can go back to keeps its own.</summary>
    /// <param name="service">As it is otherwise, with the versions that it can go back to.</param>
    /// <param name="before">The set that the service had until now: that of versions from before sets were noted.</param>
    /// <param name="generation">The set that the version's containers have.</param>
    public static Service RecordGeneration(Service service, int before, int generation) =>
        service with
        {
            VolumeGeneration = generation,
            Current = service.Current is { } current ? current with { VolumeGeneration = generation } : null,
            Previous = [.. service.Previous.Select(version => version with { VolumeGeneration = version.VolumeGeneration ?? before })],
        };

    private static int GetGeneration(Service service, ServiceVersion version) => version.VolumeGeneration ?? service.VolumeGeneration;

    private static int GetNext(Service service) =>
        1
        + service
            .Previous.Append(service.Current)
            .OfType<ServiceVersion>()
            .Select(version => GetGeneration(service, version))
            .Append(service.VolumeGeneration)
            .Max();
}
