using AutoDeploy.Sources;

namespace AutoDeploy.Ports;

/// <summary>
/// The Docker daemon that runs a service's containers. Every operation may be repeated without harm, and touches only containers, volumes
/// and networks
/// of ours. A container is ours if the ledger knows it or has signed its labels, see <see cref="IContainerLedger"/>: labels alone prove
/// nothing.
/// </summary>
/// <exception cref="EngineException">Thrown by every member when the engine refuses or does not answer.</exception>
public interface IEngine
{
    /// <summary>Throws when the engine does not answer. It has nothing to do for that.</summary>
    Task Ping(CancellationToken cancellationToken);

    /// <summary>
    /// Name and version of the engine, which asks other programs for theirs, too: that takes a while when the machine is busy.
    /// </summary>
    Task<EngineInfo> Describe(CancellationToken cancellationToken);

    /// <summary>
    /// Whether the engine takes new connections. One that is away does not, and neither does one that goes down, though it answers for a
    /// while on those that it has: what ends then ends with it, and what is begun then is lost.
    /// </summary>
    Task<bool> AcceptsConnections(CancellationToken cancellationToken);

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

    /// <summary>
    /// Builds an image. Each line of the build's output is reported as it comes, without line end or terminal colours. Cancelling stops
    /// the build. A build that fails is <see cref="EngineFault.Refused"/>, with the engine's own words.
    /// </summary>
    /// <param name="spec">What is built, and how.</param>
    /// <param name="context">A tar with the Dockerfile in it; read once, as it comes.</param>
    /// <param name="lines">Told each line in its order, on the thread that reads them.</param>
    /// <param name="cancellationToken">Stops the build.</param>
    Task<EngineImage> Build(BuildSpec spec, Stream context, IProgress<string> lines, CancellationToken cancellationToken);

    /// <summary>Gives an image another name beside those that it has.</summary>
    Task Tag(string id, ImageName name, CancellationToken cancellationToken);

    /// <summary>
    /// All containers of one service (null: of all services), running or not, slot by slot; without those that run a command once.
    /// </summary>
    Task<IReadOnlyList<EngineContainer>> List(Guid? serviceId, CancellationToken cancellationToken);

    /// <summary>One container of ours as it is now, or null if it is gone.</summary>
    /// <param name="id">Or its name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<EngineContainer?> Find(string id, CancellationToken cancellationToken);

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
    /// Runs a command in the container, at most for <paramref name="timeout"/>. A command that cannot be run, or runs over its
    /// time, is a failed one (exit code -1); it never throws for that.
    /// </summary>
    Task<ExecResult> Exec(string id, IReadOnlyList<string> command, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>
    /// One try of a service's own health check against the container's address; null when it answered well, else what was wrong.
    /// </summary>
    Task<string?> Probe(string id, ProbeTarget target, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>The last lines that the container wrote, oldest first, without their line ends.</summary>
    Task<IReadOnlyList<string>> ReadLogs(string id, int lines, CancellationToken cancellationToken);

    Task<bool> HasVolume(string name, CancellationToken cancellationToken);

    /// <summary>The names of volumes that carry a service's label, which says nothing of whose they are.</summary>
    Task<IReadOnlyList<string>> LabeledVolumes(Guid serviceId, CancellationToken cancellationToken);

    /// <summary>Whether a container of another service of ours has the volume.</summary>
    Task<bool> IsVolumeOfAnother(string name, Guid serviceId, CancellationToken cancellationToken);

    /// <summary>Removes a volume, whoever made it; says whether it is gone. False: a container has it, running or not.</summary>
    Task<bool> RemoveVolume(string name, CancellationToken cancellationToken);

    /// <summary>
    /// Tells of every change of a container of ours, until cancelled or the engine goes away (then it throws). The first element
    /// (<see cref="EngineEventKind.Connected"/>) says that from here on nothing is missed.
    /// </summary>
    IAsyncEnumerable<EngineEvent> Watch(CancellationToken cancellationToken);
}
