using AutoDeploy.Deployments;
using AutoDeploy.Events;
using AutoDeploy.Services;

namespace AutoDeploy.Notifications;

/// <summary>Which events somebody is told of, and as what.</summary>
public static class NotificationKindMapper
{
    /// <summary>What needs somebody's attention.</summary>
    public static readonly IReadOnlyList<NotificationKind> Default =
    [
        NotificationKind.Failed,
        NotificationKind.RolledBack,
        NotificationKind.Held,
    ];

    /// <summary>What the event is to those who are notified; null: nothing.</summary>
    public static NotificationKind? From(LedgerEvent ledgerEvent) =>
        ledgerEvent switch
        {
            { Deployment: { } deployment, NewState: true } => From(deployment),
            { Verdict.Kind: VerdictKind.Held } => NotificationKind.Held,
            _ => null,
        };

    /// <summary>Back to an earlier version goes a service by a person's wish, or because a new version did not keep well.</summary>
    private static NotificationKind? From(Deployment deployment) =>
        deployment.State switch
        {
            DeploymentState.Failed when deployment.RolledBack => NotificationKind.RolledBack,
            DeploymentState.Success when deployment.RollbackTime is not null => NotificationKind.RolledBack,
            DeploymentState.InProgress => NotificationKind.Started,
            DeploymentState.Success => NotificationKind.Succeeded,
            DeploymentState.Failed => NotificationKind.Failed,
            DeploymentState.Canceled => NotificationKind.Canceled,
            _ => null,
        };

    /// <summary>As the API writes it: <c>rolled_back</c>.</summary>
    public static string Format(this NotificationKind kind) =>
        kind == NotificationKind.RolledBack ? "rolled_back" : kind.ToString().ToLowerInvariant();
}
