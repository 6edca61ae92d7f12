using AutoDeploy.Deployments;
using AutoDeploy.Engines;
using AutoDeploy.Jobs;
using AutoDeploy.Ports;
using AutoDeploy.Volumes;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Hosting.Jobs;

/// <summary>
/// Every minute: removes the volumes of terminated services whose time is over, and those whose removal was begun and not ended. First the
/// ledger says that nobody can have a volume any more, then it is removed, then the ledger forgets it.
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

    /// <summary>A volume that cannot be removed now, since a container has it, say, is tried again after so long.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMinutes(15);

    /// <summary>A volume without a service may be that of one that is just being created.</summary>
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
