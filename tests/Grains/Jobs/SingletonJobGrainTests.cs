using AutoDeploy.Jobs;
using AutoDeploy.Testing;

namespace AutoDeploy.Grains.Tests.Jobs;

/// <summary>Work that goes on once, and begins again when it has ended.</summary>
[Collection(GrainCluster.Name)]
public class SingletonJobGrainTests(GrainCluster cluster)
{
    [Fact]
    public async Task A_job_goes_on_once_and_is_begun_again_after_its_end()
    {
        var begun = 0;
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.Jobs["count"] = async token =>
        {
            Interlocked.Increment(ref begun);
            await end.Task.WaitAsync(token);
        };
        var grain = cluster.Grains.GetGrain<ISingletonJobGrain>("count");
        await grain.Ensure();
        await Eventually.Until(() => begun == 1);
        await grain.Ensure();
        end.SetResult();
        await Eventually.Until(async () =>
        {
            await grain.Ensure();
            return begun == 2;
        });
    }

    [Fact]
    public async Task A_job_that_fails_is_begun_again()
    {
        var begun = 0;
        cluster.Jobs["fail"] = _ =>
            Interlocked.Increment(ref begun) == 1 ? throw new InvalidOperationException("It broke.") : Task.CompletedTask;
        var grain = cluster.Grains.GetGrain<ISingletonJobGrain>("fail");
        await Eventually.Until(async () =>
        {
            await grain.Ensure();
            return begun >= 2;
        });
    }

    [Fact]
    public async Task A_job_that_is_not_known_does_nothing() => await cluster.Grains.GetGrain<ISingletonJobGrain>("unknown").Ensure();
}
