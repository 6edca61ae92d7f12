using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Hosting.Cluster;

/// <summary>
/// Connects the API to the silos in the background. The API accepts pushes without a silo; requests that need one get an error.
/// </summary>
internal sealed partial class ClientConnectionService(
    IReadOnlyList<IHostedService> client,
    ClusterConnectionState connection,
    ILogger<ClientConnectionService> logger
) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // do not block the start of the host
        await Task.Yield();
        try
        {
            foreach (var part in client)
                await part.StartAsync(stoppingToken);
            connection.WasConnected = true;
            LogConnected();
            await Task.Delay(Timeout.Infinite, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (connection.WasConnected)
            foreach (var part in client)
                await part.StopAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Connected to the silos")]
    private partial void LogConnected();
}
