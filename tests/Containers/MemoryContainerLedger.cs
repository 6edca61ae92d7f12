using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using AutoDeploy.Ports;

namespace AutoDeploy.Containers.Tests;

/// <summary>
/// Which containers are ours, in memory. Two with the same key are as one ledger that was opened again without its records.
/// </summary>
public sealed class MemoryContainerLedger(byte[]? key = null) : IContainerLedger
{
    private readonly byte[] _key = key ?? RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<(string Engine, string Id), Guid> _containers = new();

    /// <summary>Deployments that a version without signatures began, with the names of their services.</summary>
    public ConcurrentDictionary<(Guid Service, Guid Deployment), string> Unsigned { get; } = new();

    /// <summary>The ids on record.</summary>
    public IEnumerable<string> Known => _containers.Keys.Select(key => key.Id);

    public string SignContainer(string statement) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(statement)));

    public Task<bool> KnowsContainer(string engine, string containerId, CancellationToken cancellationToken) =>
        Task.FromResult(_containers.ContainsKey((engine, containerId)));

    public Task RecordContainer(string engine, string containerId, Guid serviceId, CancellationToken cancellationToken)
    {
        _containers.TryAdd((engine, containerId), serviceId);
        return Task.CompletedTask;
    }

    public Task ForgetContainer(string engine, string containerId, CancellationToken cancellationToken)
    {
        _containers.TryRemove((engine, containerId), out _);
        return Task.CompletedTask;
    }

    public Task ForgetContainersExcept(
        string engine,
        IReadOnlyCollection<string> containerIds,
        DateTimeOffset before,
        CancellationToken cancellationToken
    )
    {
        foreach (var (where, _) in _containers.Where(known => known.Key.Engine == engine && !containerIds.Contains(known.Key.Id)))
            _containers.TryRemove(where, out _);
        return Task.CompletedTask;
    }

    public Task<string?> FindUnsignedDeployment(Guid serviceId, Guid deploymentId, CancellationToken cancellationToken) =>
        Task.FromResult(Unsigned.GetValueOrDefault((serviceId, deploymentId)));
}
