namespace AutoDeploy.Silo.Cluster;

/// <summary>The API goes on trying to find a silo for as long as it runs.</summary>
internal sealed class PatientConnection(TimeProvider time) : IClientConnectionRetryFilter
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        await Task.Delay(Pause, time, cancellationToken);
        return true;
    }
}
