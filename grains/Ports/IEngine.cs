using AutoDeploy.Sources;

namespace AutoDeploy.Ports;

/// <summary>
/// The Docker daemon that runs a service's containers. Every operation may be repeated without harm, and touches only containers, volumes and networks
/// of ours. A container is ours if the ledger knows it or has signed its labels, see <see cref="IContainerLedger"/>: labels alone prove nothing.
/// </summary>
/// <exception cref="EngineException">Thrown by every member when the engine refuses or does not answer.</exception>
public interface IEngine
{
    /// <summary>Throws when the engine does not answer. It has nothing to do for that.</summary>
    Task Ping(CancellationToken cancellationToken);

    /// <summary>Name and version of the engine, which asks other programs for theirs, too: that takes a while when the machine is busy.</summary>
    Task<EngineInfo> Describe(CancellationToken cancellationToken);

    /// <summary>
    /// Whether the engine takes new connections. One that is away does not, and neither does one that goes down, though it answers for a
    /// while on those that it has: what ends then ends with it, and what is begun then is lost.
    /// </summary>
    Task<bool> Accepts(CancellationToken cancellationToken);

    /// <summary>
    /// Makes sure that the image is there, by digest (<c>host/path@sha256:…</c>), pulling what is missing.
    /// </summary>
    Task<EngineImage> Pull(ImageName image, string digest, RegistryCredential? credential, IProgress<PullReport>? progress, CancellationToken cancellationToken);

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

    /// <summary>All containers of one service (null: of all services), running or not, slot by slot; without those that run a command once.</summary>
    Task<IReadOnlyList<EngineContainer>> List(Guid? service, CancellationToken cancellationToken);

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

    /// <summary>Removes the container, killing it if it runs; nothing happens if it is gone. Its volumes stay, also the anonymous ones.</summary>
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

    /// <summary>One try of a service's own health check against the container's address; null when it answered well, else what was wrong.</summary>
    Task<string?> Probe(string id, ProbeTarget target, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>The last lines that the container wrote, oldest first, without their line ends.</summary>
    Task<IReadOnlyList<string>> Logs(string id, int lines, CancellationToken cancellationToken);

    Task<bool> HasVolume(string name, CancellationToken cancellationToken);

    /// <summary>The names of volumes that carry a service's label, which says nothing of whose they are.</summary>
    Task<IReadOnlyList<string>> LabeledVolumes(Guid service, CancellationToken cancellationToken);

    /// <summary>Whether a container of another service of ours has the volume.</summary>
    Task<bool> IsVolumeOfAnother(string name, Guid service, CancellationToken cancellationToken);

    /// <summary>Removes a volume, whoever made it; says whether it is gone. False: a container has it, running or not.</summary>
    Task<bool> RemoveVolume(string name, CancellationToken cancellationToken);

    /// <summary>
    /// Tells of every change of a container of ours, until cancelled or the engine goes away (then it throws). The first element
    /// (<see cref="EngineEventKind.Connected"/>) says that from here on nothing is missed.
    /// </summary>
    IAsyncEnumerable<EngineEvent> Watch(CancellationToken cancellationToken);
}

/// <param name="Line">One line for a person, without secrets; null: only the numbers have changed.</param>
/// <param name="Bytes">So many have come.</param>
/// <param name="Total">So many are known to have to come; it grows while the pull begins.</param>
public sealed record PullReport(string? Line, long Bytes, long Total);

public sealed record EngineInfo(string Name, string Version, string ApiVersion)
{
    /// <summary>When it was started, or a little before; null where that cannot be known.</summary>
    public DateTimeOffset? Started { get; init; }
}

/// <param name="Id">The image's id (digest of its configuration).</param>
/// <param name="HealthCheck">The image's HEALTHCHECK, or null if it has none (or NONE).</param>
public sealed record EngineImage(string Id, EngineHealthCheck? HealthCheck)
{
    /// <summary>The paths that it declares with VOLUME, as it writes them.</summary>
    public IReadOnlyList<string> Volumes { get; init; } = [];
}

/// <summary>An image to be built, in the engine's terms.</summary>
public sealed record BuildSpec
{
    /// <summary>The name that it gets, with a tag; null: none, until <see cref="IEngine.Tag"/> gives it some.</summary>
    public ImageName? Name { get; init; }

    /// <summary>What two equal builds have in common; written as the label <c>autodeploy.build</c>, for people.</summary>
    public required string Key { get; init; }

    /// <summary>The Dockerfile's name in the context.</summary>
    public required string Dockerfile { get; init; }

    public IReadOnlyDictionary<string, string> Arguments { get; init; } = new Dictionary<string, string>();

    /// <summary>The stage to build; empty: the last.</summary>
    public string Target { get; init; } = "";

    /// <summary>Beside our own.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>For the images that the Dockerfile begins with.</summary>
    public IReadOnlyList<RegistryCredential> Credentials { get; init; } = [];
}

/// <summary>A HEALTHCHECK as Docker understands it, its defaults filled in.</summary>
/// <param name="Command">The command line to run in the container (<c>CMD-SHELL x</c> is <c>/bin/sh -c x</c>).</param>
public sealed record EngineHealthCheck(IReadOnlyList<string> Command, TimeSpan Interval, TimeSpan Timeout, int Retries, TimeSpan StartPeriod);

public enum EngineContainerState
{
    Created,
    Running,
    Restarting,
    Paused,
    Exited,
    Dead,
    Removing,
}

public enum EngineHealth
{
    None,
    Starting,
    Healthy,
    Unhealthy,
}

/// <summary>A container of ours as the engine sees it.</summary>
public sealed record EngineContainer
{
    public required string Id { get; init; }

    /// <summary>Without the leading slash.</summary>
    public required string Name { get; init; }

    /// <summary>What the container is. A container that is not ours, or whose labels cannot be read, is not listed.</summary>
    public required ContainerLabels Labels { get; init; }

    public required EngineContainerState State { get; init; }

    public EngineHealth Health { get; init; }

    /// <summary>What its last health test wrote, if the engine ran one.</summary>
    public string? HealthOutput { get; init; }

    public int RestartCount { get; init; }

    public int ExitCode { get; init; }

    public bool OutOfMemory { get; init; }

    /// <summary>The engine's own words why it could not be started, or empty.</summary>
    public string Error { get; init; } = "";

    public DateTimeOffset? Started { get; init; }

    public DateTimeOffset? Finished { get; init; }

    /// <summary>The address on our network, or null without one.</summary>
    public string? Address { get; init; }

    /// <summary>The DNS names that lead to it on our network.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Ports published on the host.</summary>
    public IReadOnlyList<PublishedPort> Ports { get; init; } = [];

    /// <summary>The volumes and paths of the host that it has.</summary>
    public IReadOnlyList<EngineMount> Mounts { get; init; } = [];

    /// <summary>Some of them it has from other containers.</summary>
    public bool HasLentMounts { get; init; }

    public bool Runs => State is EngineContainerState.Running or EngineContainerState.Paused or EngineContainerState.Restarting;
}

/// <param name="Source">The name of a volume, or a path on the host.</param>
/// <param name="Path">Where it is in the container.</param>
public sealed record EngineMount(bool IsVolume, string Source, string Path, bool Writable);

public sealed record PublishedPort(string Protocol, int InnerPort, int OuterPort);

/// <summary>What a container of ours is; each is written as the label <c>autodeploy.NAME</c>, and all are signed.</summary>
public sealed record ContainerLabels
{
    /// <summary><c>autodeploy.service</c></summary>
    public required Guid Service { get; init; }

    /// <summary><c>autodeploy.deployment</c>: the deployment that made the container.</summary>
    public required Guid Deployment { get; init; }

    /// <summary><c>autodeploy.container</c>: the uuid under which the API shows it.</summary>
    public required Guid Container { get; init; }

    /// <summary><c>autodeploy.slot</c>: 1 for the first container of the service, and so on; 0 for one that runs a command once.</summary>
    public required int Slot { get; init; }

    /// <summary><c>autodeploy.image</c>: the image with its tag, canonical.</summary>
    public required string Image { get; init; }

    /// <summary><c>autodeploy.digest</c>: of an image that was built here its id.</summary>
    public required string Digest { get; init; }

    /// <summary><c>autodeploy.commit</c>: what the image was built from; null for one that was pulled.</summary>
    public string? Commit { get; init; }
}

/// <summary>How a container is to be made, in the engine's terms.</summary>
public sealed record ContainerSpec
{
    public required string Name { get; init; }

    public required ContainerLabels Labels { get; init; }

    /// <summary>What the engine knows the image by: <c>host/path@digest</c>, or an image's id.</summary>
    public required string Image { get; init; }

    /// <summary>The user's own labels.</summary>
    public IReadOnlyDictionary<string, string> UserLabels { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>Null: the image's.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>Null: the image's.</summary>
    public IReadOnlyList<string>? Entrypoint { get; init; }

    public string WorkingDirectory { get; init; } = "";

    public string User { get; init; } = "";

    public string Hostname { get; init; } = "";

    public string DomainName { get; init; } = "";

    public IReadOnlyList<PortSpec> Ports { get; init; } = [];

    public IReadOnlyList<MountSpec> Mounts { get; init; } = [];

    /// <summary>Ids of containers whose volumes are mounted too; a <c>:ro</c> may follow.</summary>
    public IReadOnlyList<string> VolumesFrom { get; init; } = [];

    public RestartPolicy Restart { get; init; }

    /// <summary>Bytes; 0 is no limit.</summary>
    public long Memory { get; init; }

    /// <summary>Memory and swap together, bytes; 0 is the engine's default, -1 no limit.</summary>
    public long MemorySwap { get; init; }

    public int CpuShares { get; init; }

    public string CpuSet { get; init; } = "";

    public bool Privileged { get; init; }

    public bool ReadOnly { get; init; }

    public bool Tty { get; init; }

    public bool OpenStdin { get; init; }

    public IReadOnlyList<string> CapAdd { get; init; } = [];

    public IReadOnlyList<string> CapDrop { get; init; } = [];

    public IReadOnlyList<string> Dns { get; init; } = [];

    public IReadOnlyList<string> DnsSearch { get; init; } = [];

    public IReadOnlyList<string> ExtraHosts { get; init; } = [];

    public IReadOnlyList<string> SecurityOptions { get; init; } = [];

    /// <summary>Host devices, <c>/dev/x[:/dev/y[:rwm]]</c>.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>The host's network instead of ours: no aliases, no published ports.</summary>
    public bool HostNetwork { get; init; }

    public bool HostPid { get; init; }

    /// <summary>DNS names on our network from the start. Empty: only <see cref="IEngine.Expose"/> gives it some.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Names that this container alone has for other services: local name to the DNS name on our network.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Links { get; init; } = [];

    /// <summary>Time from SIGTERM to SIGKILL when the engine itself stops the container.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);
}

/// <param name="Protocol"><c>tcp</c>, <c>udp</c> or <c>sctp</c></param>
/// <param name="Published">Reachable on the host.</param>
/// <param name="OuterPort">The host's port; null lets the engine choose when published.</param>
public sealed record PortSpec(string Protocol, int InnerPort, bool Published, int? OuterPort);

/// <param name="Source">A path on the host, or the name of a volume.</param>
/// <param name="Volume">The source is a volume of ours; it is made with our labels if it is missing.</param>
public sealed record MountSpec(string Source, string Target, bool ReadOnly, bool Volume = false);

public enum RestartPolicy
{
    No,
    OnFailure,
    UnlessStopped,
}

/// <param name="Path">An HTTP path: any answer from 200 to 399 is well. Null: a TCP connection that opens is well.</param>
public sealed record ProbeTarget(int Port, string? Path);

/// <param name="ExitCode">-1 when it could not be run or ran over its time.</param>
public sealed record ExecResult(int ExitCode, string Output);

public enum EngineEventKind
{
    Connected,
    Started,
    Exited,

    /// <summary>Somebody asked for it to be stopped, killed or removed; an <see cref="Exited"/> follows if it ran.</summary>
    StopRequested,
    Removed,
    Health,
    Other,
}

/// <param name="Service">The service of the container concerned; empty for <see cref="EngineEventKind.Connected"/>.</param>
public sealed record EngineEvent(EngineEventKind Kind, Guid Service, string ContainerId, DateTimeOffset Time);

[GenerateSerializer, Alias("AutoDeploy.EngineFault")]
public enum EngineFault
{
    /// <summary>No answer: the engine is down or unreachable. Trying again later makes sense.</summary>
    Unreachable,

    /// <summary>The thing named is not there.</summary>
    NotFound,

    /// <summary>A name or port is taken.</summary>
    Conflict,

    /// <summary>The registry wants other credentials.</summary>
    Unauthorized,

    /// <summary>The registry did not answer the engine, was out of order, or broke off. Trying again soon makes sense.</summary>
    Interrupted,

    /// <summary>The engine said no for another reason.</summary>
    Refused,
}

/// <summary>The engine refused or did not answer; the message is one sentence for a person.</summary>
[GenerateSerializer, Alias("AutoDeploy.EngineException")]
public sealed class EngineException(EngineFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    [Id(0)] public EngineFault Fault { get; private init; } = fault;
}
