using AutoDeploy.Deployments;
using AutoDeploy.Testing;

namespace AutoDeploy.Api.Tests;

/// <summary>An engine that takes its time is there.</summary>
public sealed class SlowEngineTests
{
    [Theory]
    [InlineData(10, false)]
    [InlineData(21, true)]
    public async Task By_force_a_service_is_terminated_without_its_engine_only_when_that_does_not_answer_at_all(int seconds, bool left)
    {
        var time = new CreepingTime();
        await using var server = await FakeServer.Start(time);
        var serviceId = await server.CreateService();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Engine.Answer = () =>
        {
            asked.TrySetResult();
            return answer.Task;
        };

        var terminate = server.Api.Delete($"/api/app/v1/service/{serviceId}/?force=true");
        await asked.Task;
        time.Advance(TimeSpan.FromSeconds(seconds));
        answer.SetResult();
        Assert.Equal(202, (await terminate).Status);

        await Eventually.Until(async () => (await server.FindNewestDeployment(serviceId)).HasEnded, "it is terminated");
        var deployment = await server.FindNewestDeployment(serviceId);
        Assert.Equal(
            (DeploymentState.Success, left),
            (deployment.State, deployment.Result.EndsWith("what the service has there is left.", StringComparison.Ordinal))
        );
    }
}
