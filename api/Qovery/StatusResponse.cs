using AutoDeploy.Deployments;
using AutoDeploy.Ports;
using AutoDeploy.Services;

namespace AutoDeploy.Api.Qovery;

/// <summary>What goes on with a service, in Qovery's words.</summary>
/// <param name="Id">The service.</param>
/// <param name="State">One of Qovery's StateEnum.</param>
/// <param name="ServiceDeploymentStatus">NEVER_DEPLOYED, OUT_OF_DATE or UP_TO_DATE.</param>
/// <param name="DeploymentRequestId">The uuid of the action; null when none is open.</param>
/// <param name="DeploymentRequestsCount">Open actions.</param>
public record StatusResponse(
    Guid Id,
    string State,
    string ServiceDeploymentStatus,
    string? LastDeploymentDate,
    bool IsPartLastDeployment,
    StatusDetails StatusDetails,
    Guid? DeploymentRequestId,
    int DeploymentRequestsCount
)
{
    /// <summary>Of an announcement that concerned no service.</summary>
    public static StatusResponse Nothing(Guid id) =>
        new(id, "READY", "NEVER_DEPLOYED", null, IsPartLastDeployment: false, new StatusDetails("UNKNOWN", "NEVER", "NONE"), null, 0);

    /// <summary>How the service stands now: what is open, or else how the last action ended.</summary>
    public static async Task<StatusResponse> Of(Service service, ILedger ledger, CancellationToken cancellationToken)
    {
        var open = await ledger.ListOpenDeployments(service.Uuid, cancellationToken);
        var going = open.FirstOrDefault(d => d.State == DeploymentState.InProgress) ?? open.FirstOrDefault();
        var last =
            going
            ?? (
                await ledger.ListDeployments(new DeploymentFilter { ServiceId = service.Uuid }, 1, 0, cancellationToken)
            ).Items.FirstOrDefault();
        if (last is null)
            return Nothing(service.Uuid) with { IsPartLastDeployment = true };

        var (action, verb) = last.Operation switch
        {
            Operation.Stop => ("STOP", "STOP"),
            Operation.Terminate => ("DELETE", "DELETE"),
            _ => ("DEPLOY", "DEPLOYMENT"),
        };
        var (state, status) = last.State switch
        {
            DeploymentState.Pending => (verb + "_QUEUED", "QUEUED"),
            DeploymentState.InProgress => (
                last.Operation switch
                {
                    Operation.Stop => "STOPPING",
                    Operation.Terminate => "DELETING",
                    _ => last.Step == DeploymentStep.Build ? "BUILDING" : "DEPLOYING",
                },
                "ONGOING"
            ),
            DeploymentState.Failed => (last.Step == DeploymentStep.Build ? "BUILD_ERROR" : verb + "_ERROR", "ERROR"),
            DeploymentState.Canceled => ("CANCELED", "CANCELED"),
            _ => (
                last.Operation switch
                {
                    Operation.Stop => "STOPPED",
                    Operation.Terminate => "DELETED",
                    _ => service.Status is ServiceStatus.Stopped ? "STOPPED" : "DEPLOYED",
                },
                "SUCCESS"
            ),
        };
        return new StatusResponse(
            service.Uuid,
            state,
            Version(service),
            service.Deployed is { } deployed ? QoveryTimes.Text(deployed) : null,
            IsPartLastDeployment: true,
            new StatusDetails(action, status, "NONE"),
            going?.Uuid,
            open.Count
        );
    }

    private static string Version(Service service) =>
        service.Current is null ? "NEVER_DEPLOYED"
        : service is { Synchronized: true, Available: null, Held: null } ? "UP_TO_DATE"
        : "OUT_OF_DATE";

    /// <summary>
    /// The service right after an operation was begun: queued, so that a client that waits for its end does not take an older end for it.
    /// </summary>
    public static StatusResponse Queued(Service service, Operation operation, Guid? deploymentId)
    {
        var (state, action) = operation switch
        {
            Operation.Stop => ("STOP_QUEUED", "STOP"),
            Operation.Terminate => ("DELETE_QUEUED", "DELETE"),
            _ => ("DEPLOYMENT_QUEUED", "DEPLOY"),
        };
        return new StatusResponse(
            service.Uuid,
            state,
            Version(service),
            service.Deployed is { } deployed ? QoveryTimes.Text(deployed) : null,
            IsPartLastDeployment: true,
            new StatusDetails(action, "QUEUED", "NONE"),
            deploymentId,
            deploymentId is null ? 0 : 1
        );
    }
}
