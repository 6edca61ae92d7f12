using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Core;
using Orleans.Runtime;
using Orleans.Runtime.Hosting;
using Orleans.Storage;

namespace AutoDeploy.Polyfill.Tests;

public class StorageTests
{
    [Fact]
    public async Task State_is_read_before_the_grain_is_activated()
    {
        await using var silo = await TestSilo.Start();
        silo.Storage.Put("count", "counter/it", new Counted(7));
        Assert.Equal("7 True", await silo.Grain<ICounterGrain>().StateAtActivation().WithDeadline());
        Assert.Equal("0 False", await silo.Grain<ICounterGrain>("new").StateAtActivation().WithDeadline());
    }

    [Fact]
    public async Task What_was_written_is_there_for_the_next_activation()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<ICounterGrain>();
        Assert.Equal("1 True", await grain.Increment().WithDeadline());
        Assert.Equal("2 True", await grain.Increment().WithDeadline());
        Assert.Equal(new Counted(2), silo.Storage["count", "counter/it"]);
        var first = await grain.Instance();
        await grain.End();
        Assert.Equal("2 True", await grain.StateAtActivation().WithDeadline());
        Assert.NotEqual(first, await grain.Instance());
    }

    [Fact]
    public async Task Writing_updates_the_etag()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<ICounterGrain>();
        Assert.Null(await grain.ETag());
        await grain.Increment().WithDeadline();
        var first = await grain.ETag();
        await grain.Increment().WithDeadline();
        Assert.NotNull(first);
        Assert.NotEqual(first, await grain.ETag());
    }

    [Fact]
    public async Task Clearing_removes_the_record()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<ICounterGrain>();
        await grain.Increment().WithDeadline();
        Assert.False(await grain.Clear().WithDeadline());
        Assert.Null(silo.Storage["count", "counter/it"]);
    }

    [Fact]
    public async Task State_can_be_read_again()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<ICounterGrain>();
        await grain.Increment().WithDeadline();
        silo.Storage.Put("count", "counter/it", new Counted(41));
        await grain.Read().WithDeadline();
        Assert.Equal("42 True", await grain.Increment().WithDeadline());
    }

    [Fact]
    public async Task A_write_over_somebody_elses_fails_and_ends_the_activation()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<ICounterGrain>();
        await grain.Increment().WithDeadline();
        var first = await grain.Instance();
        silo.Storage.Put("count", "counter/it", new Counted(41));

        await Assert.ThrowsAsync<InconsistentStateException>(() => grain.Increment().WithDeadline());
        Assert.Equal(new Counted(41), silo.Storage["count", "counter/it"]);
        Assert.Equal("42 True", await grain.Increment().WithDeadline());
        Assert.NotEqual(first, await grain.Instance());
    }

    [Fact]
    public async Task An_inconsistent_state_ends_only_the_activation_that_it_comes_from()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<ICounterGrain>();
        var caller = silo.Grain<ICounterGrain>("caller");
        await grain.Increment().WithDeadline();
        var first = await caller.Instance();
        silo.Storage.Put("count", "counter/it", new Counted(41));
        await Assert.ThrowsAsync<InconsistentStateException>(() => caller.IncrementOther("it").WithDeadline());
        Assert.Equal(first, await caller.Instance());
    }

    [Fact]
    public async Task An_inconsistent_state_in_a_tick_ends_the_activation()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<IScriptGrain>();
        await grain.Do(self => self.RegisterGrainTimer(
            () => throw new InconsistentStateException("old"),
            TimeSpan.Zero,
            Timeout.InfiniteTimeSpan));
        silo.Time.Advance(TimeSpan.FromSeconds(1));
        await silo.Probe["it disposed"].Arrived;
        Assert.Contains("it deactivated: ApplicationError", silo.Probe.Notes);
    }

    [Fact]
    public async Task A_failed_read_fails_the_calls_that_waited_and_the_next_call_tries_anew()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<ICounterGrain>();
        silo.Storage.ReadFailure = new InvalidDataException("unreadable");
        var exception = await Assert.ThrowsAsync<OrleansException>(() => grain.Increment().WithDeadline());
        Assert.Same(silo.Storage.ReadFailure, exception.InnerException);
        silo.Storage.ReadFailure = null;
        Assert.Equal("1 True", await grain.Increment().WithDeadline());
    }

    [Fact]
    public async Task A_failed_write_comes_to_the_grain_wrapped_and_the_activation_lives_on()
    {
        await using var silo = await TestSilo.Start();
        var grain = silo.Grain<ICounterGrain>();
        var first = await grain.Instance();
        silo.Storage.WriteFailure = new InvalidDataException("full");
        var exception = await Assert.ThrowsAsync<OrleansException>(() => grain.Increment().WithDeadline());
        Assert.Same(silo.Storage.WriteFailure, exception.InnerException);
        Assert.Equal(first, await grain.Instance());
    }

    [Fact]
    public async Task An_exception_of_Orleans_comes_to_the_grain_as_the_storage_threw_it()
    {
        await using var silo = await TestSilo.Start();
        silo.Storage.WriteFailure = new OrleansException("full");
        var exception = await Assert.ThrowsAsync<OrleansException>(() => silo.Grain<ICounterGrain>().Increment().WithDeadline());
        Assert.Same(silo.Storage.WriteFailure, exception);
    }

    [Fact]
    public async Task A_grain_can_have_several_states_in_several_storages()
    {
        var other = new MemoryStorage();
        await using var silo = await TestSilo.Start(silo => silo.Services.AddGrainStorage("Default", (_, _) => other));
        await silo.Grain<ITwoStatesGrain>().Write(1, 2).WithDeadline();
        Assert.Equal(new Counted(1), silo.Storage["first", "twostates/it"]);
        Assert.Equal(new Counted(2), other["second", "twostates/it"]);
        Assert.Same(other, silo.Services.GetRequiredService<IGrainStorage>());
    }

    [Fact]
    public async Task A_storage_that_is_not_registered_is_named()
    {
        await using var silo = await TestSilo.Start();
        await Assert.ThrowsAsync<BadProviderConfigException>(() => silo.Grain<ITwoStatesGrain>().Write(1, 2).WithDeadline());
    }

    [Fact]
    public async Task State_cannot_be_used_outside_of_the_grains_turns()
    {
        await using var silo = await TestSilo.Start();
        await Assert.ThrowsAsync<InvalidOperationException>(() => silo.Grain<ICounterGrain>().ReadElsewhere().WithDeadline());
    }

    [Fact]
    public async Task A_state_type_needs_no_constructor_without_parameters()
    {
        await using var silo = await TestSilo.Start();
        Assert.Equal((0, null), await silo.Grain<IEmptyStateGrain>().Values().WithDeadline());
    }
}

internal sealed record Counted(int Count = 0)
{
    public Counted()
        : this(0)
    {
    }
}

internal interface ICounterGrain : IGrainWithStringKey
{
    Task<string> StateAtActivation();

    Task<string> Increment();

    Task<string> IncrementOther(string key);

    Task<string?> ETag();

    Task Read();

    Task<bool> Clear();

    Task End();

    Task<Guid> Instance();

    Task<int> ReadElsewhere();
}

internal sealed class CounterGrain([PersistentState("count", "memory")] IPersistentState<Counted> state) : Grain, ICounterGrain
{
    private readonly Guid _instance = Guid.NewGuid();
    private string _atActivation = "";

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _atActivation = $"{state.State.Count} {state.RecordExists}";
        return Task.CompletedTask;
    }

    public Task<string> StateAtActivation() => Task.FromResult(_atActivation);

    public async Task<string> Increment()
    {
        state.State = new(state.State.Count + 1);
        await state.WriteStateAsync();
        return $"{state.State.Count} {state.RecordExists}";
    }

    public Task<string> IncrementOther(string key) => GrainFactory.GetGrain<ICounterGrain>(key).Increment();

    public Task<string?> ETag() => Task.FromResult(state.Etag);

    public Task Read() => state.ReadStateAsync(CancellationToken.None);

    public async Task<bool> Clear()
    {
        await state.ClearStateAsync();
        return state.RecordExists;
    }

    public Task End()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task<Guid> Instance() => Task.FromResult(_instance);

    public async Task<int> ReadElsewhere() => await Task.Run(() => state.State.Count);
}

internal interface ITwoStatesGrain : IGrainWithStringKey
{
    Task Write(int first, int second);
}

internal sealed class TwoStatesGrain(
    [PersistentState("first", "memory")] IPersistentState<Counted> first,
    Probe probe,
    [PersistentState("second")] IPersistentState<Counted> second) : Grain, ITwoStatesGrain
{
    public async Task Write(int one, int two)
    {
        probe.Note("writes");
        first.State = new(one);
        second.State = new(two);
        foreach (IStorage state in new IStorage[] { first, second })
            await state.WriteStateAsync();
    }
}

internal sealed record Pair(int Number, string Text);

internal interface IEmptyStateGrain : IGrainWithStringKey
{
    Task<(int Number, string Text)> Values();
}

internal sealed class EmptyStateGrain([PersistentState("pair", "memory")] IPersistentState<Pair> state) : Grain, IEmptyStateGrain
{
    public Task<(int Number, string Text)> Values() => Task.FromResult((state.State.Number, state.State.Text));
}
