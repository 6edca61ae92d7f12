using AutoDeploy.Deployments;

namespace AutoDeploy.Services;

/// <summary>What may be asked of a service in which state (the Docker Cloud API's table), and what it is in meanwhile.</summary>
public static class OperationRules
{
    /// <summary>The state while the operation goes on.</summary>
    public static ServiceStatus GetStatusDuring(Operation operation) =>
        operation switch
        {
            Operation.Start => ServiceStatus.Starting,
            Operation.Stop => ServiceStatus.Stopping,
            Operation.Scale => ServiceStatus.Scaling,
            Operation.Terminate => ServiceStatus.Terminating,
            _ => ServiceStatus.Redeploying,
        };

    /// <summary>Null when the operation may begin, else why not, in a sentence.</summary>
    public static string? FindObjection(Service service, Operation operation)
    {
        var status = service.Status;
        var allowed = status switch
        {
            ServiceStatus.NotRunning => operation is Operation.Start or Operation.Terminate,
            ServiceStatus.Running => operation is Operation.Stop or Operation.Redeploy or Operation.Scale or Operation.Terminate,
            ServiceStatus.PartlyRunning => true,
            ServiceStatus.Stopped => operation is Operation.Start or Operation.Redeploy or Operation.Terminate,
            _ => false,
        };
        if (allowed)
            return null;

        var verb = operation.ToString().ToLowerInvariant();
        return status switch
        {
            ServiceStatus.Terminated => "The service is terminated.",
            ServiceStatus.NotRunning => $"The service has never been started, so it cannot {verb}; start it first.",
            ServiceStatus.Stopped => $"The service is stopped, so it cannot {verb}; start it first.",
            ServiceStatus.Running => "The service is running already.",
            _ => $"The service is in the state \"{status.Format()}\"; {verb} is possible when that has ended.",
        };
    }
}
