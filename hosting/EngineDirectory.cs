using AutoDeploy.Engines;
using AutoDeploy.Ports;

namespace AutoDeploy.Hosting;

/// <summary>The engines that there are, wherever they are reached.</summary>
public sealed class EngineDirectory(ILedger ledger, IGrainFactory grains)
{
    private volatile IReadOnlyList<string> _last = [];

    /// <summary>In their order; also those that are away for a while.</summary>
    public async Task<IReadOnlyList<string>> ListNames(CancellationToken cancellationToken) =>
        _last = await ledger.ListEngines(IEngineLedger.EngineRetention, cancellationToken);

    /// <summary>As <see cref="ListNames"/>; while the ledger does not answer, those that it named last.</summary>
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

    /// <summary>Whether an engine answers at once; never throws but when cancelled.</summary>
    public async Task<bool> IsReachable(string name, CancellationToken cancellationToken) =>
        (await Report(grains.GetGrain<IEngineGrain>(name).Ping, cancellationToken)).Answers;

    /// <summary>What an engine says of itself; never throws but when cancelled.</summary>
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
