using AutoDeploy.Organizations;
using AutoDeploy.Statuses;

namespace AutoDeploy.Ports;

/// <summary>Tells git hosts what becomes of their commits.</summary>
public interface IStatusSender
{
    /// <summary>One attempt, of ten seconds at most. That it failed is answered, not thrown.</summary>
    /// <param name="host">One with <see cref="GitHost.CommitStatuses"/> and a password.</param>
    Task<DeliveryResult> Send(GitHost host, CommitStatus status, CancellationToken cancellationToken);
}
