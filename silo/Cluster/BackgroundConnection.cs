using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Silo.Cluster;

/// <summary>
/// Connects the API to the silos without anybody waiting for it: it takes pushes also while there is no silo, and whatever needs one says so.
/// </summary>
internal sealed partial class BackgroundConnection(IReadOnlyList<IHostedService> client, ClusterReach reach, ILogger<BackgroundConnection> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // not on the thread that starts the host
        await Task.Yield();
        try
        {
            foreach (var part in client)
                await part.StartAsync(stoppingToken);
            reach.WasConnected = true;
            LogConnected();
            await Task.Delay(Timeout.Infinite, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (reach.WasConnected)
            foreach (var part in client)
                await part.StopAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "connected to the silos")]
    private partial void LogConnected();
}

internal static class BackgroundConnectionExtensions
{
    /// <summary>Has what the client put there to be started with the host started by <see cref="BackgroundConnection"/> instead.</summary>
    /// <param name="before">So many services there were before the client's.</param>
    public static void ConnectInBackground(this IServiceCollection services, int before)
    {
        var starts = services.Skip(before).Where(service => service.ServiceType == typeof(IHostedService) && service.ImplementationFactory is not null).ToList();
        foreach (var start in starts)
            services.Remove(start);
        services.AddHostedService(provider => new BackgroundConnection(
            [.. starts.Select(start => (IHostedService)start.ImplementationFactory!(provider))],
            provider.GetRequiredService<ClusterReach>(),
            provider.GetRequiredService<ILogger<BackgroundConnection>>()));
    }
}
