using System.Collections.Immutable;
using AutoDeploy.Services;

namespace AutoDeploy.Engines;

/// <summary>One engine, wherever it is reached; the key is its name. It listens to the engine, and answers for it to those who do not reach it.</summary>
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
    Task<bool> Answers(CancellationToken cancellationToken = default);

    /// <summary>Asks the engine for its name and version; one that is slow to say them answers all the same.</summary>
    [Alias("Describe"), AlwaysInterleave]
    Task<EngineReport> Describe(CancellationToken cancellationToken = default);

    /// <summary>A service's containers as they are now, slot by slot.</summary>
    [Alias("Containers"), AlwaysInterleave]
    Task<ContainersReply> Containers(Guid service, CancellationToken cancellationToken = default);

    /// <summary>Removes a volume that the ledger knows; answers why not, in a sentence, or null when it is gone.</summary>
    [Alias("RemoveVolume"), AlwaysInterleave]
    Task<string?> RemoveVolume(string name, CancellationToken cancellationToken = default);
}

/// <summary>What an engine says of itself; without a name it does not answer.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.EngineReport")]
public sealed record EngineReport
{
    public static readonly EngineReport Silent = new();

    [Id(0)] public string? Name { get; init; }

    [Id(1)] public string? Version { get; init; }

    public bool Answers => Name is not null;
}

/// <summary>Containers, or why they are not known.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.ContainersReply")]
public sealed record ContainersReply
{
    [Id(0)] public ImmutableArray<ContainerView> Containers { get; init; } = [];

    /// <summary>A sentence; null: they are known.</summary>
    [Id(1)] public string? Objection { get; init; }
}
