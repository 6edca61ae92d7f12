using Orleans;
using Orleans.Concurrency;
using Orleans.Configuration;
using Orleans.Hosting;

namespace AutoDeploy.Polyfill.Tests;

public class TurnTests
{
    [Fact]
    public async Task A_call_runs_to_its_end_before_the_next_begins()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<ITurnGrain>();
        var first = grain.Hold("first");
        await silo.Probe["first"].Arrived;
        var second = grain.Hold("second");
        await grain.Ping();
        Assert.False(silo.Probe["second"].HasArrived);

        silo.Probe["first"].Release();
        await silo.Probe["second"].Arrived;
        Assert.Equal(["first", "first ends", "second"], silo.Probe.Notes);
        silo.Probe["second"].Release();
        await Task.WhenAll(first, second).WithDeadline();
    }

    [Fact]
    public async Task Waiting_calls_are_taken_in_their_order()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<ITurnGrain>();
        string[] names = ["a", "b", "c", "d"];
        foreach (var name in names[1..])
            silo.Probe[name].Release();
        var calls = names.Select(grain.Hold).ToArray();
        silo.Probe["a"].Release();
        await Task.WhenAll(calls).WithDeadline();
        Assert.Equal(names, silo.Probe.Notes.Where(names.Contains));
    }

    [Fact]
    public async Task A_method_that_always_interleaves_begins_while_a_call_runs()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<ITurnGrain>();
        var ordinary = grain.Hold("ordinary");
        await silo.Probe["ordinary"].Arrived;
        var interleaving = grain.HoldInterleaving("interleaving");
        await silo.Probe["interleaving"].Arrived;
        silo.Probe["ordinary"].Release();
        await ordinary.WithDeadline();
        silo.Probe["interleaving"].Release();
        await interleaving.WithDeadline();
    }

    [Fact]
    public async Task A_call_begins_while_only_interleaving_ones_run()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<ITurnGrain>();
        var interleaving = grain.HoldInterleaving("interleaving");
        await silo.Probe["interleaving"].Arrived;
        var ordinary = grain.Hold("ordinary");
        await silo.Probe["ordinary"].Arrived;
        silo.Probe["ordinary"].Release();
        silo.Probe["interleaving"].Release();
        await Task.WhenAll(ordinary, interleaving).WithDeadline();
    }

    [Fact]
    public async Task All_calls_of_a_reentrant_grain_interleave()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<IReentrantGrain>();
        var first = grain.Hold("first");
        await silo.Probe["first"].Arrived;
        var second = grain.Hold("second");
        await silo.Probe["second"].Arrived;
        silo.Probe["first"].Release();
        silo.Probe["second"].Release();
        await Task.WhenAll(first, second).WithDeadline();
    }

    [Fact]
    public async Task Reads_run_with_each_other_but_not_with_others()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<ITurnGrain>();
        var read1 = grain.HoldReading("read 1");
        var read2 = grain.HoldReading("read 2");
        await silo.Probe["read 1"].Arrived;
        await silo.Probe["read 2"].Arrived;
        var write = grain.Hold("write");
        silo.Probe["read 1"].Release();
        await read1.WithDeadline();
        await grain.Ping();
        Assert.False(silo.Probe["write"].HasArrived);

        silo.Probe["read 2"].Release();
        await silo.Probe["write"].Arrived;
        var read3 = grain.HoldReading("read 3");
        var read4 = grain.HoldReading("read 4");
        await grain.Ping();
        Assert.False(silo.Probe["read 3"].HasArrived);

        silo.Probe["write"].Release();
        await silo.Probe["read 3"].Arrived;
        await silo.Probe["read 4"].Arrived;
        silo.Probe["read 3"].Release();
        silo.Probe["read 4"].Release();
        await Task.WhenAll(read2, write, read3, read4).WithDeadline();
    }

    [Fact]
    public async Task Every_part_of_a_turn_runs_on_the_activations_scheduler()
    {
        await using var silo = await TestSilo.Start();
        var schedulers = await silo.Grain<ITurnGrain>("a").Schedulers().WithDeadline();
        var its = Assert.Single(schedulers.Distinct());
        Assert.NotSame(TaskScheduler.Default, its);
        Assert.Same(its, (await silo.Grain<ITurnGrain>("a").Schedulers().WithDeadline())[0]);
        Assert.NotSame(its, (await silo.Grain<ITurnGrain>("b").Schedulers().WithDeadline())[0]);
    }

    [Fact]
    public async Task Interleaving_turns_never_run_in_parallel()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<ITurnGrain>();
        var calls = Enumerable.Range(0, 8).Select(_ => Task.Run(() => grain.MeetsOthers()));
        Assert.DoesNotContain(true, await Task.WhenAll(calls).WithDeadline());
    }

    [Fact]
    public async Task A_circle_of_calls_ends_by_the_response_timeout()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<ITurnGrain>("a");
        var circle = grain.CallInCircle("b");
        await silo.Probe["circle closed"].Arrived;
        silo.Time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(circle.IsCompleted);
        silo.Time.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<TimeoutException>(() => circle.WithDeadline());

        silo.Probe["after"].Release();
        await grain.Hold("after").WithDeadline();
    }

    [Fact]
    public async Task A_turn_goes_on_when_its_caller_has_given_up()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<ITurnGrain>();
        var call = grain.Hold("long");
        await silo.Probe["long"].Arrived;
        var waiting = grain.Hold("waiting");
        silo.Time.Advance(TimeSpan.FromSeconds(31));
        await Assert.ThrowsAsync<TimeoutException>(() => call.WithDeadline());
        await Assert.ThrowsAsync<TimeoutException>(() => waiting.WithDeadline());

        silo.Probe["long"].Release();
        silo.Probe["next"].Release();
        await grain.Hold("next").WithDeadline();
        // The one that waited is not in the list: nobody wants its result any more.
        Assert.Equal(["long", "long ends", "next", "next ends"], silo.Probe.Notes);
    }

    [Fact]
    public async Task The_response_timeout_can_be_set()
    {
        await using var silo = await TestSilo.Start(silo =>
            silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(2)));
        var call = silo.Grain<ITurnGrain>().Hold("it");
        await silo.Probe["it"].Arrived;
        silo.Time.Advance(TimeSpan.FromSeconds(3));
        await Assert.ThrowsAsync<TimeoutException>(() => call.WithDeadline());
    }
}

internal interface ITurnGrain : IGrainWithStringKey
{
    Task Hold(string place);

    [AlwaysInterleave]
    Task HoldInterleaving(string place);

    [ReadOnly]
    Task HoldReading(string place);

    /// <summary>Its answer shows that everything that was sent before has begun, if it may.</summary>
    [AlwaysInterleave]
    Task Ping();

    Task<TaskScheduler[]> Schedulers();

    [AlwaysInterleave]
    Task<bool> MeetsOthers();

    Task CallInCircle(string other);

    Task CallBack(string caller);
}

internal sealed class TurnGrain(Probe probe) : Grain, ITurnGrain
{
    private int _inside;

    public async Task Hold(string place)
    {
        await probe.WaitAt(place);
        probe.Note($"{place} ends");
    }

    public Task HoldInterleaving(string place) => Hold(place);

    public Task HoldReading(string place) => Hold(place);

    public Task Ping() => Task.CompletedTask;

    public async Task<TaskScheduler[]> Schedulers()
    {
        var schedulers = new List<TaskScheduler> { TaskScheduler.Current };
        await Task.Yield();
        schedulers.Add(TaskScheduler.Current);
        await Task.Run(() => { });
        schedulers.Add(TaskScheduler.Current);
        await this.AsReference<ITurnGrain>().Ping();
        schedulers.Add(TaskScheduler.Current);
        return [.. schedulers];
    }

    public async Task<bool> MeetsOthers()
    {
        var met = false;
        for (var i = 0; i < 500; i++)
        {
            met |= Interlocked.Increment(ref _inside) > 1;
            Thread.SpinWait(20);
            Interlocked.Decrement(ref _inside);
            await Task.Yield();
        }

        return met;
    }

    public Task CallInCircle(string other) => GrainFactory.GetGrain<ITurnGrain>(other).CallBack(this.GetPrimaryKeyString());

    public async Task CallBack(string caller)
    {
        var back = GrainFactory.GetGrain<ITurnGrain>(caller).Hold("never");
        probe["circle closed"].Arrive();
        await back;
    }
}

internal interface IReentrantGrain : IGrainWithStringKey
{
    Task Hold(string place);
}

[Reentrant]
internal sealed class ReentrantGrain(Probe probe) : Grain, IReentrantGrain
{
    public Task Hold(string place) => probe.WaitAt(place);
}
