namespace AutoDeploy.Ports;

/// <summary>
/// What runs services' containers, whatever its kind: what there is, how it is, and what happens to it. It changes nothing: how containers
/// come and go is a matter of the kind, see <see cref="IContainerEngine"/>. It tells of containers of ours only, and touches no others. A
/// container is ours if the ledger knows it or has signed its labels, see <see cref="IContainerLedger"/>: labels alone prove nothing.
/// </summary>
/// <exception cref="EngineException">Thrown by every member when the engine refuses or does not answer.</exception>
public interface IEngine
{
    EngineKind Kind { get; }

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
    /// All containers of one service (null: of all services), running or not, slot by slot; without those that run a command once.
    /// </summary>
    Task<IReadOnlyList<EngineContainer>> List(Guid? serviceId, CancellationToken cancellationToken);

    /// <summary>One container of ours as it is now, or null if it is gone.</summary>
    /// <param name="id">Or its name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<EngineContainer?> Find(string id, CancellationToken cancellationToken);

    /// <summary>The last lines that the container wrote, oldest first, without their line ends.</summary>
    Task<IReadOnlyList<string>> ReadLogs(string id, int lines, CancellationToken cancellationToken);

    /// <summary>
    /// One try of a service's own health check against the container's address; null when it answered well, else what was wrong.
    /// </summary>
    Task<string?> Probe(string id, ProbeTarget target, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>
    /// Runs a command in the container, at most for <paramref name="timeout"/>. A command that cannot be run, or runs over its
    /// time, is a failed one (exit code -1); it never throws for that.
    /// </summary>
    Task<ExecResult> Exec(string id, IReadOnlyList<string> command, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>
    /// Tells of every change of a container of ours, until cancelled or the engine goes away (then it throws). The first element
    /// (<see cref="EngineEventKind.Connected"/>) says that from here on nothing is missed.
    /// </summary>
    IAsyncEnumerable<EngineEvent> Watch(CancellationToken cancellationToken);
}
