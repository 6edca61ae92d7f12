using Microsoft.Extensions.Logging;

namespace AutoDeploy.Hosting.Cluster;

/// <summary>Retries the connection to a silo for as long as the API runs.</summary>
internal sealed partial class ConnectionRetryFilter(TimeProvider time, ILogger<ConnectionRetryFilter> logger) : IClientConnectionRetryFilter
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private bool _hasLogged;

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        if (!_hasLogged)
            LogNone(exception.Message);
        _hasLogged = true;
        await Task.Delay(RetryDelay, time, cancellationToken);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "No silo is available; retrying every second: {Reason}")]
    private partial void LogNone(string reason);
}
