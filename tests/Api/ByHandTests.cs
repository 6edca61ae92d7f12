using AutoDeploy.Ports;
using AutoDeploy.Services;

namespace AutoDeploy.Api.Tests;

/// <summary>What counts as a person's wish that a service does not run.</summary>
public sealed class ByHandTests
{
    private static readonly DateTimeOffset Time = new(2025, 10, 13, 11, 1, 43, TimeSpan.Zero);

    [Theory]
    [InlineData("its own", 1, true)]
    [InlineData("its own", -1, false)] // it was started again after that
    [InlineData("one that a deployment has replaced", 1, false)]
    public async Task Told_late_it_counts_only_for_what_serves(string container, int secondsAfterStart, bool byHand)
    {
        await using var server = await FakeServer.Start();
        var serviceId = await server.CreateRunningService();
        var grain = server.Grain(serviceId);
        server.Engine.Change(serviceId, one => one with { Started = Time });
        var own = (await grain.Get())!.Containers.Single().Id;

        await grain.Observe([new StopRequest(container == "its own" ? own : container, Time.AddSeconds(secondsAfterStart))]);
        Assert.Equal(ServiceStatus.Running, (await grain.Get())!.Status);
        server.Engine.Change(serviceId, one => one with { State = EngineContainerState.Exited });
        await grain.Observe([]);

        var seen = (await grain.Get())!;
        Assert.Equal((ServiceStatus.Stopped, byHand), (seen.Status, seen.StoppedByHand));
    }

    [Fact]
    public async Task What_is_gone_when_it_is_told_was_taken_away()
    {
        await using var server = await FakeServer.Start();
        var serviceId = await server.CreateRunningService();
        var grain = server.Grain(serviceId);
        var own = (await grain.Get())!.Containers.Single().Id;

        await server.Engine.Remove(own, CancellationToken.None);
        await grain.Observe([new StopRequest(own, Time)]);

        Assert.True((await grain.Get())!.StoppedByHand);
    }
}
