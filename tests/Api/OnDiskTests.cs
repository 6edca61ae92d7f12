using AutoDeploy.Deployments;
using AutoDeploy.Ledger;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace AutoDeploy.Api.Tests;

/// <summary>What the API tells between two writes.</summary>
public sealed class OnDiskTests
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_service_is_told_of_as_it_is_on_disk(bool written)
    {
        var holds = false;
        await using var server = await FakeServer.Start(replace: services =>
            services.AddKeyedSingleton(
                ServiceState.Storage,
                (provider, _) =>
                    InterceptingProxy.Intercept<IGrainStorage>(
                        new SqliteGrainStorage(provider.GetRequiredService<SqlLedger>()),
                        (method, arguments, go) =>
                            method.Name == nameof(IGrainStorage.WriteStateAsync) && arguments[0] is "service" && Volatile.Read(ref holds)
                                ? Hold(go)
                                : go()
                    )
            )
        );
        var service = $"/api/app/v1/service/{await server.CreateService()}/";

        Volatile.Write(ref holds, true);
        var patch = server.Api.Patch(service, """{"autoredeploy": true}""");
        await _reached.Task;
        var meanwhile = await Autoredeploys();
        if (written)
            _go.SetResult();
        else
            _go.SetException(new LedgerException("The disk is full."));

        Assert.Equal(written, (await patch).Status == 200);
        Assert.Equal((false, written), (meanwhile, await Autoredeploys()));

        async Task<bool> Autoredeploys() => (await server.Api.Get(service)).Json.GetProperty("autoredeploy").GetBoolean();

        async Task Hold(Func<object?> go)
        {
            _reached.TrySetResult();
            await _go.Task;
            await (Task)go()!;
        }
    }

    [Fact]
    public async Task The_numbers_of_a_step_are_there_with_the_step()
    {
        await using var server = await FakeServer.Start(replace: services =>
            services.AddSingleton(provider =>
                InterceptingProxy.Intercept<ILedger>(
                    provider.GetRequiredService<SqlLedger>(),
                    (method, arguments, go) =>
                        method.Name == nameof(ILedger.UpdateDeployment)
                        && arguments[0] is Deployment { Operation: Operation.Redeploy, Step: DeploymentStep.Replace }
                            ? Hold((Task<bool>)go()!)
                            : go()
                )
            )
        );
        var serviceId = await server.CreateRunningService();
        await server.Api.Post($"/api/app/v1/service/{serviceId}/redeploy/");
        await _reached.Task;
        var action = (await server.Api.Get($"/api/audit/v1/action/{(await server.FindNewestDeployment(serviceId)).Uuid}/")).Json;
        _go.SetResult();

        Assert.Equal("replace", action.GetProperty("step").GetString());
        Assert.Equal(
            (0, 1),
            (
                action.GetProperty("progress").GetProperty("containers_proven").GetInt32(),
                action.GetProperty("progress").GetProperty("containers_wanted").GetInt32()
            )
        );

        async Task<bool> Hold(Task<bool> kept)
        {
            var answer = await kept;
            _reached.TrySetResult();
            await _go.Task;
            return answer;
        }
    }
}
