using AutoDeploy.Engines;
using AutoDeploy.Ports;

namespace AutoDeploy.Hosting;

/// <summary>The engines of all silos.</summary>
public sealed class EngineDirectory(ILedger ledger, IGrainFactory grains)
{
    private volatile IReadOnlyList<string> _last = [];

    /// <summary>The names in their order, including engines that are currently unavailable.</summary>
    public async Task<IReadOnlyList<string>> ListNames(CancellationToken cancellationToken) =>
        _last = await ledger.ListEngines(IEngineLedger.EngineRetention, cancellationToken);

    /// <summary>As <see cref="ListNames"/>. While the ledger does not answer, returns the last known names.</summary>
    public async Task<IReadOnlyList<string>> ListLastNames(CancellationToken cancellationToken)
    {
        try
        {
            return await ListNames(cancellationToken).WaitAsync(cancellationToken);
        }
        catch (Exception)
        {
            return _last;
        }
    }

    /// <summary>Whether an engine answers. Throws only when cancelled.</summary>
    public async Task<bool> IsReachable(string name, CancellationToken cancellationToken) =>
        (await Report(grains.GetGrain<IEngineGrain>(name).Ping, cancellationToken)).Answers;

    /// <summary>The engine's description of itself. Throws only when cancelled.</summary>
    public Task<EngineReport> Describe(string name, CancellationToken cancellationToken) =>
        Report(grains.GetGrain<IEngineGrain>(name).Describe, cancellationToken);

    private static async Task<EngineReport> Report(Func<CancellationToken, Task<EngineReport>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask(cancellationToken).WaitAsync(cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return EngineReport.Silent;
        }
    }
}
