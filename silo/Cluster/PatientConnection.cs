using Microsoft.Extensions.Logging;

namespace AutoDeploy.Silo.Cluster;

/// <summary>The API goes on trying to find a silo for as long as it runs.</summary>
internal sealed partial class PatientConnection(TimeProvider time, ILogger<PatientConnection> logger) : IClientConnectionRetryFilter
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private bool _told;

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        if (!_told)
            LogNone(exception.Message);
        _told = true;
        await Task.Delay(Pause, time, cancellationToken);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "there is no silo to connect to yet; it is tried every second: {Reason}")]
    private partial void LogNone(string reason);
}
