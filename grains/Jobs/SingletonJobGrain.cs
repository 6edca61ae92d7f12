using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Jobs;

[GrainType("upkeep")]
public sealed class SingletonJobGrain(IEnumerable<ISingletonJob> all, IHostApplicationLifetime host, ILogger<SingletonJobGrain> logger)
    : BackgroundWorkGrain(host, logger),
        ISingletonJobGrain
{
    public Task Ensure()
    {
        Begin(RunJob);
        return Task.CompletedTask;
    }

    private async Task RunJob(CancellationToken cancellationToken)
    {
        try
        {
            // outside of our turns: it is no part of the grain's state
            if (all.FirstOrDefault(job => job.Name == this.GetPrimaryKeyString()) is { } work)
                await Task.Run(() => work.Run(cancellationToken), CancellationToken.None);
        }
        finally
        {
            DeactivateOnIdle();
        }
    }
}
