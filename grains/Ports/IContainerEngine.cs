using AutoDeploy.Sources;

namespace AutoDeploy.Ports;

/// <summary>
/// One host that runs single containers, as a Docker daemon does: its containers, their network, their volumes and images. Every operation
/// may be repeated without harm, and touches only containers, volumes and networks of ours, see <see cref="IEngine"/>.
/// </summary>
/// <exception cref="EngineException">Thrown by every member when the engine refuses or does not answer.</exception>
public interface IContainerEngine
{
    /// <summary>
    /// Creates a container, not started, attached to the network as <paramref name="spec"/> says, and returns its id. Makes
    /// the network if it is missing. A container of ours with that name and the same deployment label is returned as it is.
    /// </summary>
    Task<string> Create(ContainerSpec spec, CancellationToken cancellationToken);

    /// <summary>Starts the container; nothing happens if it runs.</summary>
    Task Start(string id, CancellationToken cancellationToken);

    /// <summary>SIGTERM, after <paramref name="timeout"/> SIGKILL; nothing happens if it does not run or is gone.</summary>
    Task Stop(string id, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>
    /// Removes the container, killing it if it runs; nothing happens if it is gone. Its volumes stay, also the anonymous ones.
    /// </summary>
    Task Remove(string id, CancellationToken cancellationToken);

    /// <summary>Gives the container another name; says whether that was possible (false: the name is somebody else's).</summary>
    Task<bool> Rename(string id, string name, CancellationToken cancellationToken);

    /// <summary>
    /// Lets the service's DNS names lead to this container, keeping its address; nothing happens if they do already, or if the
    /// container is not on our network (host networking).
    /// </summary>
    Task Expose(string id, IReadOnlyList<string> aliases, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the service's DNS names from this container, keeping its address and its open connections, so that it gets no new
    /// clients; nothing happens if it has none. A client that asked for the name just before may still be on its way, and its first
    /// knock may have been lost, which TCP repeats after one second: give it two seconds before the container is stopped.
    /// </summary>
    Task Withdraw(string id, IReadOnlyList<string> aliases, CancellationToken cancellationToken);

    /// <summary>
    /// Makes sure that the image is there, by digest (<c>host/path@sha256:…</c>), pulling what is missing.
    /// </summary>
    Task<EngineImage> Pull(
        ImageName image,
        string digest,
        RegistryCredential? credential,
        IProgress<PullReport>? progress,
        CancellationToken cancellationToken
    );

    /// <summary>What the image says of itself, or null if the engine does not have it.</summary>
    /// <param name="reference"><c>host/path@digest</c>, or an image's id.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<EngineImage?> FindImage(string reference, CancellationToken cancellationToken);

    /// <summary>
    /// Removes the image if nothing uses it any more; says whether it is gone. Of one that was built here (<paramref name="reference"/>
    /// is its id) first the name goes, if the name is still that image's; an image that has other names stays.
    /// </summary>
    Task<bool> RemoveImage(ImageName image, string reference, CancellationToken cancellationToken);

    Task<bool> HasVolume(string name, CancellationToken cancellationToken);

    /// <summary>The names of volumes that carry a service's label, which says nothing of whose they are.</summary>
    Task<IReadOnlyList<string>> LabeledVolumes(Guid serviceId, CancellationToken cancellationToken);

    /// <summary>Whether a container of another service of ours has the volume.</summary>
    Task<bool> IsVolumeOfAnother(string name, Guid serviceId, CancellationToken cancellationToken);

    /// <summary>Removes a volume, whoever made it; says whether it is gone. False: a container has it, running or not.</summary>
    Task<bool> RemoveVolume(string name, CancellationToken cancellationToken);
}
