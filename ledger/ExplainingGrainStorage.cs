using AutoDeploy.Ports;
using Orleans.Storage;

namespace AutoDeploy.Ledger;

/// <summary>
/// Another storage whose database's errors are told as <see cref="LedgerException"/>, as those of the ledger in the same database are.
/// </summary>
internal sealed class ExplainingGrainStorage(IGrainStorage inner, Func<Exception, Exception> explain) : IGrainStorage
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        Explained(() => inner.ReadStateAsync(stateName, grainId, grainState));

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        Explained(() => inner.WriteStateAsync(stateName, grainId, grainState));

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        Explained(() => inner.ClearStateAsync(stateName, grainId, grainState));

    private async Task Explained(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception exception) when (explain(exception) is var explained && explained != exception)
        {
            throw explained;
        }
    }
}
