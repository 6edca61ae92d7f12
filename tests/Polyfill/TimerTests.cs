using Orleans;
using Orleans.Runtime;

namespace AutoDeploy.Polyfill.Tests;

public class TimerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_timer_ticks_when_due_and_then_by_its_period()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<IScriptGrain>();
        var ticks = 0;
        await grain.Do(self => self.RegisterGrainTimer(() => Count(ref ticks), 2 * Second, 5 * Second));
        await Pass(1, expected: 0);
        await Pass(1, expected: 1);
        await Pass(4, expected: 1);
        await Pass(1, expected: 2);
        await Pass(5, expected: 3);

        async Task Pass(int seconds, int expected)
        {
            silo.Time.Advance(seconds * Second);
            await grain.CatchUp();
            Assert.Equal(expected, ticks);
        }
    }

    [Fact]
    public async Task A_timer_without_a_period_ticks_once()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<IScriptGrain>();
        var ticks = 0;
        await grain.Do(self => self.RegisterGrainTimer(() => Count(ref ticks), TimeSpan.Zero, Timeout.InfiniteTimeSpan));
        silo.Time.Advance(Second);
        await grain.CatchUp();
        silo.Time.Advance(1000 * Second);
        await grain.CatchUp();
        Assert.Equal(1, ticks);
    }

    [Fact]
    public async Task Every_way_to_register_a_timer_calls_back()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<IScriptGrain>();
        var seen = new List<string>();
        var options = new GrainTimerCreationOptions(Second, Second);
        await grain.Do(self =>
        {
            self.RegisterGrainTimer(() => See("a"), Second, Second);
            self.RegisterGrainTimer(token => See($"b {token.CanBeCanceled}"), Second, Second);
            self.RegisterGrainTimer(state => See(state), "c", Second, Second);
            self.RegisterGrainTimer((state, token) => See($"{state} {token.CanBeCanceled}"), "d", Second, Second);
            self.RegisterGrainTimer(() => See("e"), options);
            self.RegisterGrainTimer(token => See($"f {token.CanBeCanceled}"), options);
            self.RegisterGrainTimer(state => See(state), "g", options);
            self.RegisterGrainTimer((state, token) => See($"{state} {token.CanBeCanceled}"), "h", options);
        });
        silo.Time.Advance(Second);
        await grain.CatchUp();
        Assert.Equal(["a", "b True", "c", "d True", "e", "f True", "g", "h True"], seen);

        Task See(string what)
        {
            seen.Add(what);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task A_tick_waits_for_the_call_that_runs_and_calls_wait_for_the_tick()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<IScriptGrain>();
        await grain.Do(self => self.RegisterGrainTimer(() => silo.Probe.WaitAt("tick"), Second, Second));
        var call = grain.Do(_ => silo.Probe.WaitAt("call"));
        await silo.Probe["call"].Arrived;
        silo.Time.Advance(Second);
        await grain.Ping();
        Assert.False(silo.Probe["tick"].HasArrived);

        silo.Probe["call"].Release();
        await silo.Probe["tick"].Arrived;
        var next = grain.Do(_ => silo.Probe.WaitAt("next"));
        await grain.Ping();
        Assert.False(silo.Probe["next"].HasArrived);

        silo.Probe["tick"].Release();
        silo.Probe["next"].Release();
        await Task.WhenAll(call, next).WithDeadline();
    }

    [Fact]
    public async Task An_interleaving_tick_begins_while_a_call_runs()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<IScriptGrain>();
        await grain.Do(self => self.RegisterGrainTimer(
            () => silo.Probe.WaitAt("tick"),
            new() { DueTime = Second, Period = Second, Interleave = true }));
        var call = grain.Do(_ => silo.Probe.WaitAt("call"));
        await silo.Probe["call"].Arrived;
        silo.Time.Advance(Second);
        await silo.Probe["tick"].Arrived;
        silo.Probe["tick"].Release();
        silo.Probe["call"].Release();
        await call.WithDeadline();
    }

    [Fact]
    public async Task A_tick_runs_on_the_activations_scheduler()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<IScriptGrain>();
        var schedulers = new List<TaskScheduler>();
        await grain.Do(self =>
        {
            schedulers.Add(TaskScheduler.Current);
            self.RegisterGrainTimer(See, Second, Timeout.InfiniteTimeSpan);
        });
        silo.Time.Advance(Second);
        await grain.CatchUp();
        Assert.Equal(3, schedulers.Count);
        Assert.Single(schedulers.Distinct());

        async Task See()
        {
            schedulers.Add(TaskScheduler.Current);
            await Task.Yield();
            schedulers.Add(TaskScheduler.Current);
        }
    }

    [Fact]
    public async Task A_tick_never_overlaps_itself()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<IScriptGrain>();
        var ticks = 0;
        await grain.Do(self => self.RegisterGrainTimer(
            () =>
            {
                ticks++;
                return silo.Probe.WaitAt("tick");
            },
            new() { DueTime = Second, Period = Second, Interleave = true }));
        silo.Time.Advance(Second);
        await silo.Probe["tick"].Arrived;
        silo.Time.Advance(10 * Second);
        await grain.Ping();
        Assert.Equal(1, ticks);
    }

    [Fact]
    public async Task The_period_begins_at_the_end_of_a_tick()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<IScriptGrain>();
        var ticks = 0;
        await grain.Do(self => self.RegisterGrainTimer(
            () =>
            {
                ticks++;
                return silo.Probe.WaitAt("tick");
            },
            Second,
            5 * Second));
        silo.Time.Advance(Second);
        await silo.Probe["tick"].Arrived;
        silo.Time.Advance(100 * Second);
        silo.Probe["tick"].Release();
        await grain.CatchUp();
        silo.Time.Advance(4 * Second);
        await grain.CatchUp();
        Assert.Equal(1, ticks);
        silo.Time.Advance(Second);
        await grain.CatchUp();
        Assert.Equal(2, ticks);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_exception_in_a_tick_is_logged_and_the_timer_lives_on(bool isAsync)
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<IScriptGrain>();
        var ticks = 0;
        await grain.Do(self => self.RegisterGrainTimer(Throw, Second, Second));
        for (var expected = 1; expected <= 2; expected++)
        {
            silo.Time.Advance(Second);
            await grain.CatchUp();
            Assert.Equal(expected, ticks);
            Assert.Contains($"tick {expected} failed", await silo.Log.Next(), StringComparison.Ordinal);
        }

        Task Throw()
        {
            var exception = new InvalidDataException($"tick {++ticks} failed");
            return isAsync ? Task.FromException(exception) : throw exception;
        }
    }

    [Fact]
    public async Task A_timer_can_be_changed_and_disposed()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<IScriptGrain>();
        var ticks = 0;
        IGrainTimer? timer = null;
        await grain.Do(self => timer = self.RegisterGrainTimer(() => Count(ref ticks), Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        await Pass(100, expected: 0);
        await grain.Do(_ => timer!.Change(3 * Second, Second));
        await Pass(2, expected: 0);
        await Pass(1, expected: 1);
        await Pass(1, expected: 2);
        await grain.Do(_ => timer!.Dispose());
        await Pass(100, expected: 2);
        timer!.Change(Second, Second);
        timer.Dispose();
        await Pass(100, expected: 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => timer.Change(-2 * Second, Second));

        async Task Pass(int seconds, int expected)
        {
            silo.Time.Advance(seconds * Second);
            await grain.CatchUp();
            Assert.Equal(expected, ticks);
        }
    }

    [Fact]
    public async Task A_change_during_a_tick_counts_from_its_end()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<IScriptGrain>();
        var ticks = 0;
        await grain.Do(self =>
        {
            IGrainTimer? timer = null;
            timer = self.RegisterGrainTimer(
                () =>
                {
                    if (ticks++ == 0)
                        timer!.Change(7 * Second, Second);
                    return Task.CompletedTask;
                },
                Second,
                Second);
        });
        silo.Time.Advance(Second);
        await grain.CatchUp();
        silo.Time.Advance(6 * Second);
        await grain.CatchUp();
        Assert.Equal(1, ticks);
        silo.Time.Advance(Second);
        await grain.CatchUp();
        Assert.Equal(2, ticks);
    }

    [Fact]
    public async Task A_timer_ends_with_its_activation()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<IScriptGrain>();
        var ticks = 0;
        var token = CancellationToken.None;
        await grain.Do(self => self.RegisterGrainTimer(
            cancellationToken =>
            {
                token = cancellationToken;
                return Count(ref ticks);
            },
            Second,
            Second));
        silo.Time.Advance(Second);
        await grain.CatchUp();
        Assert.False(token.IsCancellationRequested);
        await grain.Do(self => self.EndWhenIdle());
        await silo.Probe["it disposed"].Arrived;
        Assert.True(token.IsCancellationRequested);
        silo.Time.Advance(10 * Second);
        await grain.CatchUp();
        Assert.Equal(1, ticks);
    }

    [Fact]
    public async Task A_tick_that_waited_for_a_disposed_timer_is_not_run()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<IScriptGrain>();
        var ticks = 0;
        IGrainTimer? timer = null;
        await grain.Do(self => timer = self.RegisterGrainTimer(() => Count(ref ticks), Second, Second));
        var call = grain.Do(async _ =>
        {
            await silo.Probe.WaitAt("call");
            timer!.Dispose();
        });
        await silo.Probe["call"].Arrived;
        silo.Time.Advance(Second);
        silo.Probe["call"].Release();
        await call.WithDeadline();
        await grain.CatchUp();
        Assert.Equal(0, ticks);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ticks_keep_an_activation_alive_only_if_they_are_told_to(bool keepAlive)
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<IScriptGrain>();
        var ticks = 0;
        await grain.Do(self => self.RegisterGrainTimer(
            () => Count(ref ticks),
            new() { DueTime = TimeSpan.FromMinutes(4), Period = TimeSpan.FromMinutes(4), KeepAlive = keepAlive }));
        for (var tick = 1; tick <= (keepAlive ? 8 : 3); tick++)
        {
            // A call as a fence would keep the activation alive itself.
            var isSetAgain = silo.Time.NextTimerSet();
            silo.Time.Advance(TimeSpan.FromMinutes(4));
            await isSetAgain.WithDeadline();
            Assert.Equal(tick, ticks);
        }

        silo.Time.Advance(TimeSpan.FromMinutes(4));
        if (!keepAlive)
            await silo.Probe["it deactivates"].Arrived;
        await grain.CatchUp();
        Assert.Equal(keepAlive ? 9 : 3, ticks);
        Assert.Equal(keepAlive ? 1 : 2, silo.Probe.Notes.Count(note => note == "it activated"));
    }

    private static Task Count(ref int ticks)
    {
        ticks++;
        return Task.CompletedTask;
    }
}
