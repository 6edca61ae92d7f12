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
    public static int Of(Service service, Deployment deployment) =>
        !deployment.ReuseVolumes ? Next(service)
        : deployment.BackTo is not null && service.Previous.FirstOrDefault(version => version.Digest == deployment.Digest) is { } back
            ? Of(service, back)
            : service.VolumeGeneration;

    /// <summary>The sets that are needed when a version runs with one of them: it, and those of the versions that can be gone back to.</summary>
    /// <param name="service">Before the deployment's end.</param>
    /// <param name="version">What it brought.</param>
    /// <param name="generation">The set that its containers have.</param>
    public static IReadOnlySet<int> Needed(Service service, ServiceVersion version, int generation) =>
        new HashSet<int>(WayBack.After(service, version).Select(previous => Of(service, previous))) { generation };

    /// <summary>The service when a version runs with a set of volumes; what it can go back to keeps its own.</summary>
    /// <param name="service">As it is otherwise, with the versions that it can go back to.</param>
    /// <param name="before">The set that the service had until now: that of versions from before sets were noted.</param>
    /// <param name="generation">The set that the version's containers have.</param>
    public static Service Note(Service service, int before, int generation) => service with
    {
        VolumeGeneration = generation,
        Current = service.Current is { } current ? current with { VolumeGeneration = generation } : null,
        Previous = [.. service.Previous.Select(version => version with { VolumeGeneration = version.VolumeGeneration ?? before })],
    };

    private static int Of(Service service, ServiceVersion version) => version.VolumeGeneration ?? service.VolumeGeneration;

    private static int Next(Service service) =>
        1 + service.Previous.Append(service.Current).OfType<ServiceVersion>().Select(version => Of(service, version)).Append(service.VolumeGeneration).Max();
}
