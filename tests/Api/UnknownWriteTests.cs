using AutoDeploy.Deployments;
using AutoDeploy.Ledger;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace AutoDeploy.Api.Tests;

/// <summary>The ledger goes away just after it has written something of a deployment.</summary>
public sealed class UnknownWriteTests
{
    private int _fails;

    [Fact]
    public async Task What_is_recorded_is_taken_and_begins_though_nothing_more_can_be_written_at_first()
    {
        await using var server = await Start(
            (method, arguments) =>
                method == nameof(ILedger.HandOver) && arguments[0] is ServiceHandover { Service.Status: ServiceStatus.Redeploying },
            written: false
        );
        var serviceId = await server.CreateRunningService();
        Volatile.Write(ref _fails, 1);
        var apiResponse = await server.Api.Post($"/api/app/v1/service/{serviceId}/redeploy/");
        Assert.True(apiResponse.Status == 202, apiResponse.Text);
        await Eventually.Until(async () =>
            await server.FindNewestDeployment(serviceId) is { Operation: Operation.Redeploy, State: DeploymentState.Success }
        );
    }

    [Fact]
    public async Task After_an_end_of_which_nobody_heard_that_it_was_written_something_else_can_be_asked_for()
    {
        await using var server = await Start(
            (method, arguments) =>
                method == nameof(ILedger.UpdateDeployment) && arguments[0] is Deployment { Operation: Operation.Redeploy, HasEnded: true },
            written: true
        );
        var serviceId = await server.CreateRunningService();
        Volatile.Write(ref _fails, 1);
        Assert.Equal(202, (await server.Api.Post($"/api/app/v1/service/{serviceId}/redeploy/")).Status);
        await Eventually.Until(() => Volatile.Read(ref _fails) == 0, "its end was written");
        await Eventually.Until(
            async () => (await server.Api.Post($"/api/app/v1/service/{serviceId}/redeploy/")).Status == 202,
            "another one is taken"
        );
        await Eventually.Until(async () => (await server.Api.Ledger.ListOpenDeployments(null, default)).Count == 0, "it ends");
        Assert.Equal(ServiceStatus.Running, (await server.Grain(serviceId).Get())!.Status);
    }

    /// <summary>One call fails once.</summary>
    /// <param name="which">By the name of the ledger's method, and its arguments.</param>
    /// <param name="written">It has done what it was asked for.</param>
    private Task<FakeServer> Start(Func<string, object?[], bool> which, bool written) =>
        FakeServer.Start(replace: services =>
            services.AddSingleton(provider =>
                InterceptingProxy.Intercept<ILedger>(
                    provider.GetRequiredService<SqlLedger>(),
                    (method, arguments, go) =>
                        which(method.Name, arguments) && Interlocked.Exchange(ref _fails, 0) == 1
                            ? Fail(method.ReturnType, written ? go : null)
                            : go()
                )
            )
        );

    private static Task Fail(Type type, Func<object?>? go) => type == typeof(Task<bool>) ? Fail<bool>(go) : Fail<object>(go);

    private static async Task<T> Fail<T>(Func<object?>? go)
    {
        if (go is not null)
            await (Task)go()!;
        throw new LedgerException("The connection is lost.") { IsUnavailable = true };
    }
}
