namespace AutoDeploy.Services;

public static class ServiceStatusNames
{
    /// <summary>As the Docker Cloud API writes it: <c>Not running</c>.</summary>
    public static string Format(this ServiceStatus status) =>
        status switch
        {
            ServiceStatus.NotRunning => "Not running",
            ServiceStatus.PartlyRunning => "Partly running",
            _ => status.ToString(),
        };

    /// <summary>Reads the API's word, whatever its capitals; null for an unknown one.</summary>
    public static ServiceStatus? Parse(string text)
    {
        foreach (var status in Enum.GetValues<ServiceStatus>())
            if (status.Format().Equals(text, StringComparison.OrdinalIgnoreCase))
                return status;
        return null;
    }
}
