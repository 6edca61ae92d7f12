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

public static class ServiceStatuses
{
    /// <summary>As the Docker Cloud API writes it: <c>Not running</c>.</summary>
    public static string Text(this ServiceStatus status) => status switch
    {
        ServiceStatus.NotRunning => "Not running",
        ServiceStatus.PartlyRunning => "Partly running",
        _ => status.ToString(),
    };

    /// <summary>Reads the API's word, whatever its capitals; null for an unknown one.</summary>
    public static ServiceStatus? Parse(string text)
    {
        foreach (var status in Enum.GetValues<ServiceStatus>())
            if (status.Text().Equals(text, StringComparison.OrdinalIgnoreCase))
                return status;
        return null;
    }
}
