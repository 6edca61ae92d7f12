using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace AutoDeploy.Polyfill.Tests;

public class LifetimeTests
{
    [Fact]
    public async Task An_idle_activation_is_collected_after_15_minutes()
    {
        await using var silo = await TestSilo.Start();
        await silo.Grain<IScriptGrain>("old").CatchUp();
        silo.Time.Advance(TimeSpan.FromMinutes(14));
        await silo.Grain<IScriptGrain>("young").CatchUp();
        silo.Time.Advance(TimeSpan.FromMinutes(1));
        await silo.Probe["old disposed"].Arrived;
        Assert.False(silo.Probe["young deactivates"].HasArrived);
        Assert.Equal(["old activated", "young activated", "old deactivated: ActivationIdle", "old disposed"], silo.Probe.Notes);
        silo.Time.Advance(TimeSpan.FromMinutes(14));
        await silo.Probe["young disposed"].Arrived;
    }

    [Fact]
    public async Task A_call_makes_an_activation_young_again()
    {
        await using var silo = await TestSilo.Start();
        for (var i = 0; i < 5; i++)
        {
            await silo.Grain<IScriptGrain>().CatchUp();
            silo.Time.Advance(TimeSpan.FromMinutes(14));
        }

        await silo.Grain<IScriptGrain>().CatchUp();
        Assert.Equal(["it activated"], silo.Probe.Notes);
    }

    [Fact]
    public async Task An_activation_in_a_turn_is_not_collected()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<IScriptGrain>();
        await grain.Do(self => self.RegisterGrainTimer(() => silo.Probe.WaitAt("long tick"), TimeSpan.Zero, Timeout.InfiniteTimeSpan));
        silo.Time.Advance(TimeSpan.FromSeconds(1));
        await silo.Probe["long tick"].Arrived;
        silo.Time.Advance(TimeSpan.FromHours(1));
        silo.Probe["long tick"].Release();
        await grain.CatchUp();
        Assert.Equal(["it activated", "long tick"], silo.Probe.Notes);
    }

    [Fact]
    public async Task The_collection_age_can_be_set()
    {
        await using var silo = await TestSilo.Start(silo => silo.Configure<GrainCollectionOptions>(options =>
        {
            options.CollectionAge = TimeSpan.FromSeconds(20);
            options.CollectionQuantum = TimeSpan.FromSeconds(10);
        }));
        await silo.Grain<IScriptGrain>().CatchUp();
        silo.Time.Advance(TimeSpan.FromSeconds(20));
        await silo.Probe["it disposed"].Arrived;
    }

    [Fact]
    public async Task Deactivation_on_idle_waits_for_the_running_turns()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<IScriptGrain>();
        var first = grain.Do(async self =>
        {
            self.EndWhenIdle();
            await silo.Probe.WaitAt("first");
            silo.Probe.Note("first ends");
        });
        await silo.Probe["first"].Arrived;
        Assert.False(silo.Probe["it deactivates"].HasArrived);
        silo.Probe["first"].Release();
        await first.WithDeadline();
        await silo.Probe["it disposed"].Arrived;
        Assert.Equal(["it activated", "first", "first ends", "it deactivated: ApplicationRequested", "it disposed"], silo.Probe.Notes);
    }

    [Fact]
    public async Task Calls_that_arrive_while_an_activation_ends_go_to_a_new_one()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<IScriptGrain>();
        ScriptGrain? old = null;
        var first = grain.Do(async self =>
        {
            old = self;
            await silo.Probe.WaitAt("first");
            self.EndWhenIdle();
        });
        await silo.Probe["first"].Arrived;
        var seen = new List<ScriptGrain>();
        var waiting = Enumerable.Range(0, 10).Select(_ => grain.Do(seen.Add)).ToArray();
        silo.Probe["first"].Release();
        await Task.WhenAll([first, .. waiting]).WithDeadline();
        Assert.Equal(10, seen.Count);
        Assert.NotSame(old, Assert.Single(seen.Distinct()));
        Assert.Equal(["it activated", "first", "it deactivated: ApplicationRequested", "it disposed", "it activated"], silo.Probe.Notes);
    }

    [Fact]
    public async Task No_call_is_lost_however_often_activations_end()
    {
        await using var silo = await TestSilo.Start();
        var calls = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 250; i++)
                await silo.Grain<IScriptGrain>().Do(self => self.EndWhenIdle());
        }));
        await Task.WhenAll(calls).WithDeadline();
        await silo.Stop();
        Assert.True(silo.Probe.Notes.Count(note => note == "it activated") > 1);
        // Never two at a time: each is gone before the next is made.
        string[] life = ["it activated", "it deactivated: ApplicationRequested", "it disposed"];
        Assert.All(silo.Probe.Notes.Chunk(3), notes => Assert.Equal(life, notes));
    }

    [Fact]
    public async Task A_failed_activation_fails_the_calls_that_waited_and_the_next_call_makes_a_new_one()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<IFragileGrain>();
        var calls = new[] { grain.Ping(), grain.Ping(), grain.Ping() };
        await silo.Probe["activates"].Arrived;
        silo.Probe["activates"].Release();
        foreach (var call in calls)
            Assert.Equal("too early", (await Assert.ThrowsAsync<InvalidDataException>(() => call.WithDeadline())).Message);
        silo.Probe.Note("now it may live");
        await grain.Ping().WithDeadline();
        // It was never active, so there was nothing to deactivate.
        Assert.Equal(["activates", "disposed", "now it may live", "activates"], silo.Probe.Notes);
        Assert.Contains("too early", await silo.Log.Next(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failing_constructor_fails_the_call()
    {
        await using var silo = await TestSilo.Start();
        await Assert.ThrowsAsync<InvalidDataException>(() => silo.Grain<IUnmakeableGrain>().Ping().WithDeadline());
        await Assert.ThrowsAsync<InvalidDataException>(() => silo.Grain<IUnmakeableGrain>().Ping().WithDeadline());
    }

    [Fact]
    public async Task An_activation_that_takes_too_long_fails()
    {
        await using var silo = await TestSilo.Start(silo =>
            silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromMinutes(5)));
        var call = silo.Grain<IFragileGrain>().Ping();
        await silo.Probe["activates"].Arrived;
        silo.Time.Advance(TimeSpan.FromSeconds(31));
        await Assert.ThrowsAsync<TimeoutException>(() => call.WithDeadline());
        Assert.Contains("disposed", silo.Probe.Notes);
    }

    [Fact]
    public async Task A_grain_that_ends_itself_while_it_is_activated_does_not_go_round_forever()
    {
        await using var silo = await TestSilo.Start();
        await Assert.ThrowsAsync<OrleansMessageRejectionException>(() => silo.Grain<ISuicidalGrain>().Ping().WithDeadline());
        Assert.Equal(3, silo.Probe.Notes.Length);
    }

    [Theory]
    [InlineData("throws")]
    [InlineData("hangs")]
    public async Task A_failing_deactivation_does_not_keep_the_activation(string key)
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<IStubbornGrain>(key);
        var first = await grain.End().WithDeadline();
        await silo.Probe["deactivates"].Arrived;
        var next = grain.End();
        silo.Time.Advance(TimeSpan.FromSeconds(29));
        silo.Time.Advance(TimeSpan.FromSeconds(0.5));
        if (key == "hangs")
        {
            Assert.False(next.IsCompleted);
            silo.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.NotEqual(first, await next.WithDeadline());
    }

    [Fact]
    public async Task What_an_activation_had_is_disposed_with_it()
    {
        await using var silo = await TestSilo.Start(silo => silo.Services.AddScoped<Tool>());
        await silo.Grain<IToolGrain>().End().WithDeadline();
        await silo.Probe["tool disposed"].Arrived;
        Assert.Equal(["grain disposed", "tool disposed"], silo.Probe.Notes);
    }

    [Fact]
    public async Task A_grain_can_end_its_activation_through_its_context_and_wait_for_it_elsewhere()
    {
        await using var silo = await TestSilo.Start();
        IGrainContext? context = null;
        await silo.Grain<IScriptGrain>().Do(self => context = self.GrainContext);
        Assert.IsType<ScriptGrain>(context!.GrainInstance);
        Assert.False(context.Deactivated.IsCompleted);
        context.Deactivate(new(DeactivationReasonCode.RuntimeRequested, "a test wants it"));
        await context.Deactivated.WithDeadline();
        Assert.Equal(["it activated", "it deactivated: RuntimeRequested", "it disposed"], silo.Probe.Notes);
    }
}

internal interface IFragileGrain : IGrainWithStringKey
{
    Task Ping();
}

internal sealed class FragileGrain(Probe probe) : Grain, IFragileGrain, IDisposable
{
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await probe.WaitAt("activates");
        if (!probe.Notes.Contains("now it may live"))
            throw new InvalidDataException("too early");
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        probe.Note("deactivates");
        return Task.CompletedTask;
    }

    public Task Ping() => Task.CompletedTask;

    public void Dispose() => probe.Note("disposed");
}

internal interface IUnmakeableGrain : IGrainWithStringKey
{
    Task Ping();
}

internal sealed class UnmakeableGrain : Grain, IUnmakeableGrain
{
    public UnmakeableGrain() => throw new InvalidDataException("no");

    public Task Ping() => Task.CompletedTask;
}

internal interface ISuicidalGrain : IGrainWithStringKey
{
    Task Ping();
}

internal sealed class SuicidalGrain(Probe probe) : Grain, ISuicidalGrain
{
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        probe.Note("activates");
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task Ping() => Task.CompletedTask;
}

internal interface IStubbornGrain : IGrainWithStringKey
{
    Task<Guid> End();
}

internal sealed class StubbornGrain(Probe probe) : Grain, IStubbornGrain
{
    private readonly Guid _instance = Guid.NewGuid();

    public Task<Guid> End()
    {
        DeactivateOnIdle();
        return Task.FromResult(_instance);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        probe["deactivates"].Arrive();
        return this.GetPrimaryKeyString() == "throws" ? throw new InvalidDataException("no") : probe["never"].Released;
    }
}

internal sealed class Tool(Probe probe) : IDisposable
{
    public void Dispose()
    {
        probe.Note("tool disposed");
        probe["tool disposed"].Arrive();
    }
}

internal interface IToolGrain : IGrainWithStringKey
{
    Task End();
}

internal sealed class ToolGrain(Tool tool, Probe probe) : Grain, IToolGrain, IAsyncDisposable
{
    public Task End()
    {
        _ = tool;
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.Yield();
        probe.Note("grain disposed");
    }
}
