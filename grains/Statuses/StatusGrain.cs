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
    ILedger ledger, IStatusSender sender, NotificationOptions options, TimeProvider time, IHostApplicationLifetime host, ILogger<StatusGrain> logger)
    : ConsumerGrain(ledger, time, host, logger), IStatusGrain
{
    private const int MostHosts = 1000;

    /// <summary>What was told last of the deployments that have not ended: the same is not told again.</summary>
    private readonly Dictionary<Guid, DeploymentState> _told = [];

    protected override async Task<DateTimeOffset?> Bring(CancellationToken cancellationToken)
    {
        if (await Ledger.FindGitHost(Uuid, cancellationToken) is not { CommitStatuses: not null } host)
        {
            DeactivateOnIdle();
            return null;
        }

        var hosts = await Ledger.GitHosts(host.Organization, MostHosts, 0, cancellationToken);
        return await Bring(host.Organization, happened => Wanted(host, hosts.Items, happened), cancellationToken);
    }

    private Func<CancellationToken, Task<Receipt>>? Wanted(GitHost host, IReadOnlyList<GitHost> hosts, Event happened)
    {
        if (CommitStatuses.Of(happened, options.PublicUrl) is not { } status
            || CommitStatuses.HostOf(status.Repository, hosts)?.Uuid != Uuid
            || (_told.TryGetValue(happened.Subject, out var told) && told == status.State))
            return null;
        return async cancellationToken =>
        {
            var receipt = await sender.Send(host, status, cancellationToken);
            if (receipt.Delivered || receipt.IsFinal)
                Remember(happened.Deployment!);
            if (receipt.IsFinal)
                LogRefused(Logger, host.Host, status, receipt.Error ?? "");
            else if (!receipt.Delivered)
                LogNotTold(Logger, host.Host, status, receipt.Error ?? "");
            return receipt;
        };
    }

    private void Remember(Deployment deployment)
    {
        if (deployment.HasEnded)
            _told.Remove(deployment.Uuid);
        else
            _told[deployment.Uuid] = deployment.State;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Host} refused the status {Status}: {Reason}")]
    private static partial void LogRefused(ILogger logger, string host, CommitStatus status, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Host} could not be told the status {Status}, and is told again: {Reason}")]
    private static partial void LogNotTold(ILogger logger, string host, CommitStatus status, string reason);
}
