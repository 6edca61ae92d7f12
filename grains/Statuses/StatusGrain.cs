using AutoDeploy.Deployments;
using AutoDeploy.Events;
using AutoDeploy.Notifications;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Statuses;

/// <summary>Tells one git host what becomes of its commits.</summary>
public sealed partial class StatusGrain(
    ILedger ledger,
    IStatusSender sender,
    NotificationOptions options,
    TimeProvider time,
    IHostApplicationLifetime host,
    ILogger<StatusGrain> logger
) : ConsumerGrain(ledger, time, host, logger), IStatusGrain
{
    private const int MaxHosts = 1000;

    /// <summary>What was told last of the deployments that have not ended: the same is not told again.</summary>
    private readonly Dictionary<Guid, DeploymentState> _reportedStates = [];

    protected override async Task<DateTimeOffset?> Deliver(CancellationToken cancellationToken)
    {
        if (await Ledger.FindGitHost(Uuid, cancellationToken) is not { CommitStatuses: not null } host)
        {
            DeactivateOnIdle();
            return null;
        }

        var hosts = await Ledger.ListGitHosts(host.Organization, MaxHosts, 0, cancellationToken);
        return await Deliver(host.Organization, ledgerEvent => CreateDelivery(host, hosts.Items, ledgerEvent), cancellationToken);
    }

    private Func<CancellationToken, Task<DeliveryResult>>? CreateDelivery(
        GitHost host,
        IReadOnlyList<GitHost> hosts,
        LedgerEvent ledgerEvent
    )
    {
        if (
            CommitStatusMapper.From(ledgerEvent, options.PublicUrl) is not { } status
            || CommitStatusMapper.FindHost(status.Repository, hosts)?.Uuid != Uuid
            || (_reportedStates.TryGetValue(ledgerEvent.SubjectId, out var told) && told == status.State)
        )
            return null;
        return async cancellationToken =>
        {
            var result = await sender.Send(host, status, cancellationToken);
            if (result.IsDelivered || result.IsFinal)
                Remember(ledgerEvent.Deployment!);
            if (result.IsFinal)
                LogRefused(Logger, host.Host, status, result.Error ?? "");
            else if (!result.IsDelivered)
                LogNotTold(Logger, host.Host, status, result.Error ?? "");
            return result;
        };
    }

    private void Remember(Deployment deployment)
    {
        if (deployment.HasEnded)
            _reportedStates.Remove(deployment.Uuid);
        else
            _reportedStates[deployment.Uuid] = deployment.State;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Git host {Host} refused status {Status}: {Reason}")]
    private static partial void LogRefused(ILogger logger, string host, CommitStatus status, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Failed to send status {Status} to git host {Host}; retrying: {Reason}")]
    private static partial void LogNotTold(ILogger logger, string host, CommitStatus status, string reason);
}
