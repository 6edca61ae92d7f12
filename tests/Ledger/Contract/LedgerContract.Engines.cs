using AutoDeploy.Ports;
using static AutoDeploy.Ledger.Tests.LedgerSamples;

namespace AutoDeploy.Ledger.Tests.Contract;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task Engines_are_there_while_silos_reach_them_and_for_a_day_after()
    {
        Assert.Empty(await Ledger.ListEngines(IEngineLedger.EngineRetention, Never));
        await Ledger.RecordEngines(["west", "local"], alone: false, Never);
        Time.Advance(TimeSpan.FromHours(23));
        await Ledger.RecordEngines(["east", "local"], alone: false, Never);

        await Reopen();
        Assert.Equal(["east", "local", "west"], await Ledger.ListEngines(IEngineLedger.EngineRetention, Never));
        Assert.Equal(["east", "local"], await Ledger.ListEngines(TimeSpan.FromMinutes(1), Never));

        Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(["east", "local"], await Ledger.ListEngines(IEngineLedger.EngineRetention, Never));
        await Ledger.RecordEngines(["east"], alone: false, Never);
        Assert.Equal(["east", "local"], await Ledger.ListEngines(TimeSpan.FromDays(9), Never));
    }

    [Fact]
    public async Task Those_of_the_only_silo_are_all_and_stay()
    {
        await Ledger.RecordEngines(["west", "local"], alone: false, Never);
        await Ledger.RecordEngines(["east", "local"], alone: true, Never);
        Time.Advance(TimeSpan.FromDays(3));
        Assert.Equal(["east", "local"], await Ledger.ListEngines(TimeSpan.FromMinutes(1), Never));
        await Ledger.RecordEngines(["south"], alone: true, Never);
        Assert.Equal(["south"], await Ledger.ListEngines(IEngineLedger.EngineRetention, Never));

        // others have come
        await Ledger.RecordEngines(["north"], alone: false, Never);
        Assert.Equal(["north"], await Ledger.ListEngines(IEngineLedger.EngineRetention, Never));
    }

    [Fact]
    public async Task Services_and_deployments_are_on_their_engine()
    {
        var (here, there) = (Service(), Service(name: "there") with { Engine = "east" });
        await Ledger.AddService(here, Never);
        await Ledger.AddService(there, Never);

        Assert.Equal([there], (await Ledger.ListServices(new ServiceFilter { Engine = "east", State = there.State }, 10, 0, Never)).Items);
        Assert.Equal([here], (await Ledger.ListServices(new ServiceFilter { Engine = "local" }, 10, 0, Never)).Items);

        var deployment = Deployment(there.Uuid) with { Engine = "east" };
        await Ledger.AddDeployment(deployment, Never);
        Assert.Equal(deployment, await Ledger.FindDeployment(deployment.Uuid, Never));
        Assert.Equal([deployment], await Ledger.ListOpenDeployments(null, Never));
    }
}
