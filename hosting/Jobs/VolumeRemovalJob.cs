using AutoDeploy.Deployments;
using AutoDeploy.Engines;
using AutoDeploy.Jobs;
using AutoDeploy.Ports;
using AutoDeploy.Volumes;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Hosting.Jobs;

/// <summary>
/// Every minute, removes the expired volumes of terminated services, and volumes whose removal was interrupted. A volume is first marked in
/// the ledger, so that no service can get it, then removed from the engine, then deleted from the ledger.
/// </summary>
public sealed partial class VolumeRemovalJob(
    IGrainFactory grains,
    ILedger ledger,
    DeploymentOptions options,
    TimeProvider time,
    ILogger<VolumeRemovalJob> logger
) : ISingletonJob
{
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    /// <summary>The delay before a failed removal is retried; for example, a container still uses the volume.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMinutes(15);

    /// <summary>The minimum age of a volume without a service: its service may be just being created.</summary>
    private static readonly TimeSpan MinGrace = TimeSpan.FromHours(1);

    private const int MaxAtOnce = 1000;

    private readonly Dictionary<Guid, DateTimeOffset> _retryAt = [];

    public string Name => "volumes";

    public async Task Run(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await RemoveDue(cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                LogFailed(failure);
            }

            await Task.Delay(Period, time, cancellationToken);
        }
    }

    public async Task RemoveDue(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var kept = options.VolumeGrace > MinGrace ? options.VolumeGrace : MinGrace;
        var due = await ledger.MarkDueForRemoval(now, now + kept, MaxAtOnce, cancellationToken);
        foreach (var gone in _retryAt.Keys.Except(due.Select(volume => volume.Uuid)).ToList())
            _retryAt.Remove(gone);
        foreach (var volume in due.Where(volume => !_retryAt.TryGetValue(volume.Uuid, out var at) || at <= now))
            await Remove(volume, now, cancellationToken);
    }

    private async Task Remove(VolumeRecord volume, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            if (await grains.GetGrain<IEngineGrain>(volume.Engine).RemoveVolume(volume.Name, cancellationToken) is { } objection)
            {
                _retryAt[volume.Uuid] = now + RetryDelay;
                LogNotRemoved(volume.Name, volume.Engine, objection);
                return;
            }

            await ledger.RemoveVolumeRecord(volume.Uuid, cancellationToken);
            LogRemoved(volume.Name, volume.ServiceName, volume.Path, volume.Engine);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            _retryAt[volume.Uuid] = now + RetryDelay;
            LogNotRemoved(volume.Name, volume.Engine, failure.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Failed to remove expired volumes; retrying")]
    private partial void LogFailed(Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Failed to remove volume {Volume} on engine {Engine}; retrying: {Reason}")]
    private partial void LogNotRemoved(string volume, string engine, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Removed volume {Volume} of service {Service} ({Path}) on engine {Engine}")]
    private partial void LogRemoved(string volume, string service, string path, string engine);
}
