using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using AutoDeploy.Deployments;
using AutoDeploy.Ports;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Containers;

/// <summary>
/// Recognizes AutoDeploy's own containers. Any Dockerfile can write the same labels, so they count only if the ledger knows the container's
/// id, or if they carry the ledger's signature over labels and name.
/// </summary>
internal sealed partial class OwnContainers(string engine, IContainerLedger ledger, ILogger logger)
{
    /// <summary>The size of the cache. Containers that others remove are not reported, so a full cache is cleared.</summary>
    private const int MaxKnown = 10_000;

    /// <summary>By id. Neither labels nor what the ledger makes of them changes.</summary>
    private readonly ConcurrentDictionary<string, bool> _known = new();

    public string Sign(string statement) => ledger.SignContainer(statement);

    /// <summary>Known to be ours from before.</summary>
    public bool IsKnown(string id) => _known.GetValueOrDefault(id);

    /// <summary>
    /// One that was just created. It is recorded beside what follows: until that is done its signature tells that it is ours.
    /// </summary>
    public void Add(string id, Guid serviceId)
    {
        Remember(id, true);
        _ = Record(id, serviceId);
    }

    /// <summary>One that was removed. What the engine still tells of it is told of ours.</summary>
    public async Task Forget(string id, CancellationToken cancellationToken)
    {
        try
        {
            await ledger.ForgetContainer(engine, id, cancellationToken);
        }
        catch (LedgerException failure)
        {
            // its record is removed when the engine's containers are listed
            LogNotRecorded(id, failure.Message);
        }
    }

    /// <param name="id">The container's id, whole.</param>
    /// <param name="name">Its name as it is now.</param>
    /// <param name="labels">Its labels.</param>
    /// <param name="isThere">False: it was removed, and is not recorded any more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<bool> Has(
        string id,
        string name,
        IDictionary<string, string>? labels,
        bool isThere,
        CancellationToken cancellationToken
    )
    {
        if (ContainerLabelNames.Read(labels) is not { } said)
            return false;
        if (_known.TryGetValue(id, out var isOwn))
            return isOwn;
        if (IsSigned(name, labels!, said))
        {
            Remember(id, true);
            if (isThere)
                _ = Record(id, said.ServiceId);
            return true;
        }

        isOwn =
            await ledger.KnowsContainer(engine, id, cancellationToken)
            || await IsOfEarlierVersion(id, name, labels!, said, cancellationToken);
        Remember(id, isOwn);
        if (!isOwn)
            LogForeign(id, name, engine);
        return isOwn;
    }

    private bool IsSigned(string name, IDictionary<string, string> labels, ContainerLabels said) =>
        labels.TryGetValue(ContainerLabelNames.Signature, out var signature)
        && labels.TryGetValue(ContainerLabelNames.Name, out var first)
        && (name == first || $"{name}-{said.DeploymentId.ToString()[..8]}" == first)
        && CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(signature),
            Encoding.UTF8.GetBytes(Sign(ContainerSignature.Statement(labels)))
        );

    /// <summary>
    /// Versions that did not sign may have left a deployment half done. Its containers have the names that it gives them, which no build
    /// can choose.
    /// </summary>
    private async Task<bool> IsOfEarlierVersion(
        string id,
        string name,
        IDictionary<string, string> labels,
        ContainerLabels said,
        CancellationToken cancellationToken
    )
    {
        if (
            labels.ContainsKey(ContainerLabelNames.Signature)
            || await ledger.FindUnsignedDeployment(said.ServiceId, said.DeploymentId, cancellationToken) is not { } service
            || !ContainerNames.IsGiven(name, service, said.Slot, said.DeploymentId)
        )
            return false;
        await ledger.RecordContainer(engine, id, said.ServiceId, cancellationToken);
        return true;
    }

    private async Task Record(string id, Guid serviceId)
    {
        try
        {
            await ledger.RecordContainer(engine, id, serviceId, CancellationToken.None);
        }
        catch (Exception failure)
        {
            LogNotRecorded(id, failure.Message);
        }
    }

    private void Remember(string id, bool isOwn)
    {
        if (_known.Count > MaxKnown)
            _known.Clear();
        _known[id] = isOwn;
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Container {Id} ({Name}) on engine {Engine} carries AutoDeploy's labels but was not made by this AutoDeploy; it is left "
            + "alone"
    )]
    private partial void LogForeign(string id, string name, string engine);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Failed to update the record of container {Id}: {Reason}")]
    private partial void LogNotRecorded(string id, string reason);
}
