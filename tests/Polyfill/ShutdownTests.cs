using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;

namespace AutoDeploy.Polyfill.Tests;

public class ShutdownTests
{
    [Fact]
    public async Task All_activations_are_told_that_the_silo_stops()
    {
        await using var silo = await TestSilo.Start();
        for (var i = 0; i < 5; i++)
            await silo.Grain<IScriptGrain>($"{i}").CatchUp();
        await silo.Stop();
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(
                [$"{i} activated", $"{i} deactivated: ShuttingDown", $"{i} disposed"],
                silo.Probe.Notes.Where(note => note[0] == '0' + i));
        }
    }

    [Fact]
    public async Task A_running_turn_comes_to_its_end_with_the_calls_that_it_needs()
    {
        await using var silo = await TestSilo.Start();
        var turn = silo.Grain<IScriptGrain>("a").Do(async self =>
        {
            await silo.Probe.WaitAt("turn");
            await self.Other<IScriptGrain>("b").Do(_ => silo.Probe.Note("call to b"));
        });
        await silo.Probe["turn"].Arrived;
        var stop = silo.Stop();
        Assert.False(stop.IsCompleted);
        silo.Probe["turn"].Release();
        await turn.WithDeadline();
        await stop;
        Assert.Equal(["a activated", "turn", "b activated", "call to b"], silo.Probe.Notes[..4]);
        Assert.Contains("b disposed", silo.Probe.Notes);
    }

    [Fact]
    public async Task Calls_that_were_taken_before_are_still_answered()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<IScriptGrain>();
        var first = grain.Do(_ => silo.Probe.WaitAt("first"));
        await silo.Probe["first"].Arrived;
        var second = grain.Do(_ => silo.Probe.Note("second"));
        var stop = silo.Stop();
        silo.Probe["first"].Release();
        await Task.WhenAll(first, second).WithDeadline();
        await stop;
    }

    [Fact]
    public async Task Calls_from_outside_are_refused_from_the_beginning_of_the_stop()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<IScriptGrain>();
        var turn = grain.Do(_ => silo.Probe.WaitAt("turn"));
        await silo.Probe["turn"].Arrived;
        var stop = silo.Stop();
        await Assert.ThrowsAsync<SiloUnavailableException>(() => grain.Ping());
        silo.Probe["turn"].Release();
        await stop;
        await Assert.ThrowsAsync<SiloUnavailableException>(() => grain.Ping());
        await Assert.ThrowsAsync<SiloUnavailableException>(() => silo.Grain<IScriptGrain>("new").Ping());
    }

    [Fact]
    public async Task Calls_before_the_start_are_refused()
    {
        await using var silo = TestSilo.NotStarted();
        var exception = await Assert.ThrowsAsync<SiloUnavailableException>(() => silo.Grain<IScriptGrain>().Ping());
        Assert.Contains("has not started", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tick_learns_by_its_token_that_the_silo_stops_and_no_other_begins()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<IScriptGrain>();
        await grain.Do(self =>
        {
            self.RegisterGrainTimer(WaitForStop, new() { DueTime = TimeSpan.Zero, Period = TimeSpan.Zero, Interleave = true });
            self.RegisterGrainTimer(() => silo.Probe.WaitAt("late tick"), TimeSpan.FromSeconds(5), TimeSpan.Zero);
        });
        silo.Time.Advance(TimeSpan.FromSeconds(1));
        await silo.Probe["tick"].Arrived;
        var stop = silo.Stop();
        await silo.Probe["cancelled"].Arrived;
        silo.Time.Advance(TimeSpan.FromSeconds(10));
        silo.Probe["cancelled"].Release();
        await stop;
        Assert.Equal(["it activated", "tick", "cancelled", "it deactivated: ShuttingDown", "it disposed"], silo.Probe.Notes);

        async Task WaitForStop(CancellationToken cancellationToken)
        {
            silo.Probe.Note("tick");
            silo.Probe["tick"].Arrive();
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                await silo.Probe.WaitAt("cancelled");
            }
        }
    }

    [Fact]
    public async Task A_timer_that_is_made_while_the_silo_stops_never_ticks()
    {
        await using var silo = await TestSilo.Start();
        var turn = silo.Grain<IScriptGrain>().Do(async self =>
        {
            await silo.Probe.WaitAt("turn");
            self.RegisterGrainTimer(() => silo.Probe.WaitAt("tick"), TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            await silo.Probe.WaitAt("timer made");
        });
        await silo.Probe["turn"].Arrived;
        var stop = silo.Stop();
        silo.Probe["turn"].Release();
        await silo.Probe["timer made"].Arrived;
        silo.Time.Advance(TimeSpan.FromSeconds(1));
        silo.Probe["timer made"].Release();
        await turn.WithDeadline();
        await stop;
        Assert.False(silo.Probe["tick"].HasArrived);
    }

    [Fact]
    public async Task A_turn_that_does_not_end_is_given_up_when_the_host_loses_its_patience()
    {
        await using var silo = await TestSilo.Start();
        var turn = silo.Grain<IScriptGrain>("stuck").Do(_ => silo.Probe.WaitAt("turn"));
        var waiting = silo.Grain<IScriptGrain>("stuck").CatchUp();
        await silo.Probe["turn"].Arrived;
        await silo.Grain<IScriptGrain>("idle").CatchUp();
        using var patience = new CancellationTokenSource();
        var stop = silo.Stop(patience.Token);
        Assert.False(stop.IsCompleted);
        patience.Cancel();
        await stop;
        await Assert.ThrowsAsync<SiloUnavailableException>(() => turn.WithDeadline());
        await Assert.ThrowsAsync<SiloUnavailableException>(() => waiting);
        // The others still hear of it, and the stuck one is not disturbed in its turn.
        Assert.Contains("idle disposed", silo.Probe.Notes);
        Assert.DoesNotContain("stuck deactivated: ShuttingDown", silo.Probe.Notes);
    }

    [Fact]
    public async Task A_grain_that_waits_for_one_that_is_gone_is_not_left_waiting()
    {
        await using var silo = await TestSilo.Start();
        await silo.Grain<IStopCallerGrain>().Wake().WithDeadline();
        await silo.Stop();
        Assert.Equal(["refused"], silo.Probe.Notes);
    }
}

internal interface IStopCallerGrain : IGrainWithStringKey
{
    Task Wake();
}

/// <summary>Calls another grain when it is told that the silo stops.</summary>
internal sealed class StopCallerGrain(Probe probe) : Grain, IStopCallerGrain
{
    public Task Wake() => Task.CompletedTask;

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        try
        {
            await GrainFactory.GetGrain<IStopCallerGrain>("other").Wake();
        }
        catch (SiloUnavailableException)
        {
            probe.Note("refused");
        }
    }
}
