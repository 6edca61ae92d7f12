using AutoDeploy.Deployments;
using AutoDeploy.Services;

namespace AutoDeploy.Api.Qovery;

/// <summary>What goes on with a service, in Qovery's words.</summary>
/// <param name="Id">The service.</param>
/// <param name="State">One of Qovery's StateEnum.</param>
/// <param name="ServiceDeploymentStatus">NEVER_DEPLOYED, OUT_OF_DATE or UP_TO_DATE.</param>
/// <param name="DeploymentRequestId">The uuid of the action; null when none is open.</param>
/// <param name="DeploymentRequestsCount">Open actions.</param>
public sealed record StatusObject(
    Guid Id,
    string State,
    string ServiceDeploymentStatus,
    string? LastDeploymentDate,
    bool IsPartLastDeployment,
    StatusDetails StatusDetails,
    Guid? DeploymentRequestId,
    int DeploymentRequestsCount)
{
    /// <summary>The service right after an operation was begun: queued, so that a client that waits for its end does not take an older end for it.</summary>
    public static StatusObject Queued(Service service, Operation operation, Guid? deployment)
    {
        var (state, action) = operation switch
        {
            Operation.Stop => ("STOP_QUEUED", "STOP"),
            Operation.Terminate => ("DELETE_QUEUED", "DELETE"),
            _ => ("DEPLOYMENT_QUEUED", "DEPLOY"),
        };
        return new StatusObject(
            service.Uuid,
            state,
            service.Current is null ? "NEVER_DEPLOYED" : service.Synchronized && service.Available is null ? "UP_TO_DATE" : "OUT_OF_DATE",
            service.Deployed is { } deployed ? Times.Text(deployed) : null,
            IsPartLastDeployment: true,
            new StatusDetails(action, "QUEUED", "NONE"),
            deployment,
            deployment is null ? 0 : 1);
    }
}

/// <param name="Action">DEPLOY, DELETE, RESTART, STOP or UNKNOWN.</param>
/// <param name="Status">QUEUED, ONGOING, SUCCESS, ERROR, EXECUTING, CANCELED, CANCELING or NEVER.</param>
/// <param name="SubAction">Always NONE.</param>
public sealed record StatusDetails(string Action, string Status, string SubAction);
