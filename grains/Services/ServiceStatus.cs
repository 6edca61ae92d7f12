namespace AutoDeploy.Services;

/// <summary>A service's state, in the Docker Cloud API's words.</summary>
[GenerateSerializer, Alias("AutoDeploy.ServiceStatus")]
public enum ServiceStatus
{
    /// <summary>Created and never started.</summary>
    NotRunning,
    Starting,
    Running,
    PartlyRunning,
    Scaling,
    Redeploying,
    Stopping,
    Stopped,
    Terminating,
    Terminated,
}
