using AutoDeploy.Ports;
using AutoDeploy.Services;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Organizations;

/// <summary>Holds what is set for an organization. A push asks it once for many services.</summary>
public sealed partial class OrganizationGrain(
    [PersistentState("organization", ServiceState.Storage)] IPersistentState<OrganizationSettings> state,
    ILedger ledger,
    ILogger<OrganizationGrain> logger
) : Grain, IOrganizationGrain
{
    /// <summary>So many services are asked at the same time.</summary>
    private const int BatchSize = 256;

    private IGrainTimer? _timer;
    private bool _retryRequested;

    public Task<OrganizationSettings> Get() => Task.FromResult(state.State);

    public async Task<OrganizationSettings?> Configure(OrganizationSettings settings)
    {
        var before = state.State;
        if (settings.Revision != before.Revision)
            return null;
        state.State = settings with { Revision = before.Revision + 1 };
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            // what is not on disk is not said to anybody
            state.State = before;
            throw;
        }

        // there may be many; what a crash leaves to do the sweeper does
        _retryRequested = true;
        _timer ??= this.RegisterGrainTimer(
            Release,
            new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan) { KeepAlive = true, Interleave = true }
        );
        return state.State;
    }

    private async Task Release(CancellationToken cancellationToken)
    {
        try
        {
            while (_retryRequested)
            {
                _retryRequested = false;
                foreach (var some in (await ledger.ListHeldServices(null, cancellationToken)).Chunk(BatchSize))
                    await Task.WhenAll(some.Select(Reconsider));
            }
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed("the held pushes", failure);
        }
        catch (OperationCanceledException) { }
        finally
        {
            _timer?.Dispose();
            _timer = null;
        }
    }

    /// <summary>One that fails must not keep the rest from being released.</summary>
    private async Task Reconsider(Guid serviceId)
    {
        try
        {
            await GrainFactory.GetGrain<IServiceGrain>(serviceId.ToString()).ReevaluateHeld();
        }
        catch (Exception failure)
        {
            LogFailed($"the held push of service {serviceId}", failure);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Failed to evaluate {What} again after a change of the organization; the recovery sweep does it within an hour"
    )]
    private partial void LogFailed(string what, Exception failure);
}
