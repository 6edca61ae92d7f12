using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;

namespace AutoDeploy.Polyfill.Tests;

public class ActivationTests
{
    [Fact]
    public async Task First_calls_at_the_same_time_find_one_activation()
    {
        await using var silo = await TestSilo.Start();
        const int Rounds = 2000;
        const int Callers = 4;
        var instances = new Task<Guid>[Callers, Rounds];
        using var start = new Barrier(Callers);
        var callers = Enumerable.Range(0, Callers).Select(caller => new Thread(() =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                start.SignalAndWait();
                instances[caller, round] = silo.Grain<IPersonGrain>($"{round}").Instance();
            }
        })).ToList();
        callers.ForEach(caller => caller.Start());
        callers.ForEach(caller => caller.Join());
        for (var round = 0; round < Rounds; round++)
        {
            var found = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => instances[caller, round])).WithDeadline();
            Assert.Single(found.Distinct());
        }
    }

    [Fact]
    public async Task Every_key_has_its_own_activation()
    {
        await using var silo = await TestSilo.Start();
        Assert.NotEqual(await silo.Grain<IPersonGrain>("a").Instance(), await silo.Grain<IPersonGrain>("b").Instance());
        Assert.Equal(await silo.Grain<IPersonGrain>("a").Instance(), await silo.Grain<IPersonGrain>("a").Instance());
    }

    [Fact]
    public async Task A_grain_knows_its_key_and_so_does_a_reference()
    {
        await using var silo = await TestSilo.Start();
        var reference = silo.Grain<IPersonGrain>("Ada/1");
        Assert.Equal("Ada/1", reference.GetPrimaryKeyString());
        Assert.Equal("person/Ada/1", reference.GetGrainId().ToString());
        Assert.Equal("Ada/1", await reference.Key());
        Assert.Equal("person/Ada/1", await reference.Id());
    }

    [Fact]
    public async Task A_grain_can_hand_out_a_reference_to_itself()
    {
        await using var silo = await TestSilo.Start();
        var reference = silo.Grain<IPersonGrain>("a");
        var itself = await reference.Itself();
        Assert.NotSame(reference, itself);
        Assert.Equal(reference, itself);
        Assert.Equal(reference.GetHashCode(), itself.GetHashCode());
        Assert.NotEqual(reference, silo.Grain<IPersonGrain>("b"));
        Assert.Equal(await reference.Instance(), await itself.Instance());
        Assert.Equal(await reference.Instance(), await itself.AsReference<INamedGrain>().Instance());
    }

    [Fact]
    public async Task A_grain_gets_its_services_from_a_scope_of_its_own()
    {
        await using var silo = await TestSilo.Start(silo => silo.Services.AddSingleton<Shared>().AddScoped<Own>());
        var (sharedOfA, ownOfA) = await silo.Grain<IServedGrain>("a").Services();
        var (sharedOfB, ownOfB) = await silo.Grain<IServedGrain>("b").Services();
        Assert.Same(sharedOfA, sharedOfB);
        Assert.NotSame(ownOfA, ownOfB);
    }

    [Fact]
    public async Task A_prefix_tells_grain_classes_with_the_same_interface_apart()
    {
        await using var silo = await TestSilo.Start();
        Assert.Equal("left", await silo.Grains.GetGrain<ISideGrain>("it", "AutoDeploy.Polyfill.Tests.Left").Name());
        Assert.Equal("right", await silo.Grains.GetGrain<ISideGrain>("it", "AutoDeploy.Polyfill.Tests.Right").Name());
        Assert.Throws<ArgumentException>(() => silo.Grain<ISideGrain>());
    }

    [Fact]
    public async Task An_interface_without_a_grain_class_is_refused()
    {
        await using var silo = await TestSilo.Start();
        Assert.Throws<ArgumentException>(() => silo.Grain<IGrainWithoutClass>());
        Assert.Throws<ArgumentException>(() => silo.Grain<IPersonGrain>(" "));
    }

    [Fact]
    public void A_grain_made_with_new_says_that_it_has_no_runtime()
    {
        var grain = new PersonGrain();
        Assert.Null(grain.GrainContext);
        Assert.Throws<InvalidOperationException>(() => grain.GetPrimaryKeyString());
    }
}

internal interface INamedGrain : IGrainWithStringKey
{
    Task<Guid> Instance();
}

internal interface IPersonGrain : INamedGrain
{
    Task<string> Key();

    Task<string> Id();

    Task<IPersonGrain> Itself();
}

internal sealed class PersonGrain : Grain, IPersonGrain
{
    private readonly Guid _instance = Guid.NewGuid();

    public Task<Guid> Instance() => Task.FromResult(_instance);

    public Task<string> Key() => Task.FromResult(this.GetPrimaryKeyString());

    public Task<string> Id() => Task.FromResult(this.GetGrainId().ToString());

    public Task<IPersonGrain> Itself() => Task.FromResult(this.AsReference<IPersonGrain>());
}

internal sealed class Shared;

internal sealed class Own;

internal interface IServedGrain : IGrainWithStringKey
{
    Task<(Shared Shared, Own Own)> Services();
}

internal sealed class ServedGrain(Shared shared, Own own) : Grain, IServedGrain
{
    public Task<(Shared Shared, Own Own)> Services()
    {
        Assert.Same(own, ServiceProvider.GetRequiredService<Own>());
        return Task.FromResult((shared, own));
    }
}

internal interface ISideGrain : IGrainWithStringKey
{
    Task<string> Name();
}

internal sealed class LeftGrain : Grain, ISideGrain
{
    public Task<string> Name() => Task.FromResult("left");
}

internal sealed class RightGrain : Grain, ISideGrain
{
    public Task<string> Name() => Task.FromResult("right");
}

internal interface IGrainWithoutClass : IGrainWithStringKey;
