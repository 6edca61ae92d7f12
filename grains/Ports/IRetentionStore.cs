namespace AutoDeploy.Ports;

/// <summary>Removes what is old.</summary>
public interface IRetentionStore
{
    /// <summary>
    /// Removes settled pushes with their verdicts received before <paramref name="before"/>, unless somebody holds them, logs of
    /// deployments ended before it, of each
    /// service all ended deployments but the newest <paramref name="deploymentsPerService"/>. Works in small steps.
    /// </summary>
    Task Trim(DateTimeOffset before, int deploymentsPerService, CancellationToken cancellationToken);
}
