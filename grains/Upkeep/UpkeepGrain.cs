using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Upkeep;

public sealed class UpkeepGrain(IEnumerable<IUpkeep> all, IHostApplicationLifetime host, ILogger<UpkeepGrain> logger) : WorkingGrain(host, logger), IUpkeepGrain
{
    public Task Keep()
    {
        Begin(Work);
        return Task.CompletedTask;
    }

    private async Task Work(CancellationToken cancellationToken)
    {
        try
        {
            // outside of our turns: it is no part of the grain's state
            if (all.FirstOrDefault(upkeep => upkeep.Name == this.GetPrimaryKeyString()) is { } work)
                await Task.Run(() => work.Run(cancellationToken), CancellationToken.None);
        }
        finally
        {
            DeactivateOnIdle();
        }
    }
}
