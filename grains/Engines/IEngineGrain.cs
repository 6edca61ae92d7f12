namespace AutoDeploy.Engines;

/// <summary>
/// One engine, wherever it is reached; the key is its name. It listens to the engine, and answers for it to those who do not reach it.
/// </summary>
[Alias("AutoDeploy.IEngineGrain")]
public interface IEngineGrain : IGrainWithStringKey
{
    /// <summary>Sees to it that somebody listens to the engine; returns at once.</summary>
    [Alias("Listen"), AlwaysInterleave]
    Task Listen();

    /// <summary>Whether the engine answers at once; of itself it says nothing.</summary>
    [Alias("Ping"), AlwaysInterleave]
    Task<EngineReport> Ping(CancellationToken cancellationToken = default);

    /// <summary>Whether the engine answers at all: one that is slow is waited for.</summary>
    [Alias("Answers"), AlwaysInterleave]
    Task<bool> IsReachable(CancellationToken cancellationToken = default);

    /// <summary>Asks the engine for its name and version; one that is slow to say them answers all the same.</summary>
    [Alias("Describe"), AlwaysInterleave]
    Task<EngineReport> Describe(CancellationToken cancellationToken = default);

    /// <summary>A service's containers as they are now, slot by slot.</summary>
    [Alias("Containers"), AlwaysInterleave]
    Task<ContainersReply> ListContainers(Guid serviceId, CancellationToken cancellationToken = default);

    /// <summary>Removes a volume that the ledger knows; answers why not, in a sentence, or null when it is gone.</summary>
    [Alias("RemoveVolume"), AlwaysInterleave]
    Task<string?> RemoveVolume(string name, CancellationToken cancellationToken = default);
}
