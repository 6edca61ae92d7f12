using AutoDeploy.Ports;
using AutoDeploy.Services;
using static AutoDeploy.Ledger.Tests.Given;

namespace AutoDeploy.Ledger.Tests.Contract;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task Engines_are_there_while_silos_reach_them_and_for_a_day_after()
    {
        Assert.Empty(await Ledger.Engines(IEngineLedger.EnginesKept, Never));
        await Ledger.SeeEngines(["west", "local"], alone: false, Never);
        Time.Now += TimeSpan.FromHours(23);
        await Ledger.SeeEngines(["east", "local"], alone: false, Never);

        await Reopen();
        Assert.Equal(["east", "local", "west"], await Ledger.Engines(IEngineLedger.EnginesKept, Never));
        Assert.Equal(["east", "local"], await Ledger.Engines(TimeSpan.FromMinutes(1), Never));

        Time.Now += TimeSpan.FromHours(2);
        Assert.Equal(["east", "local"], await Ledger.Engines(IEngineLedger.EnginesKept, Never));
        await Ledger.SeeEngines(["east"], alone: false, Never);
        Assert.Equal(["east", "local"], await Ledger.Engines(TimeSpan.FromDays(9), Never));
    }

    [Fact]
    public async Task Those_of_the_only_silo_are_all_and_stay()
    {
        await Ledger.SeeEngines(["west", "local"], alone: false, Never);
        await Ledger.SeeEngines(["east", "local"], alone: true, Never);
        Time.Now += TimeSpan.FromDays(3);
        Assert.Equal(["east", "local"], await Ledger.Engines(TimeSpan.FromMinutes(1), Never));
        await Ledger.SeeEngines(["south"], alone: true, Never);
        Assert.Equal(["south"], await Ledger.Engines(IEngineLedger.EnginesKept, Never));

        // others have come
        await Ledger.SeeEngines(["north"], alone: false, Never);
        Assert.Equal(["north"], await Ledger.Engines(IEngineLedger.EnginesKept, Never));
    }

    [Fact]
    public async Task Services_and_deployments_are_on_their_engine()
    {
        var (here, there) = (Service(), Service(name: "there") with { Engine = "east" });
        await Ledger.AddService(here, Never);
        await Ledger.AddService(there, Never);

        Assert.Equal([there], (await Ledger.Services(new ServiceFilter { Engine = "east", State = there.State }, 10, 0, Never)).Items);
        Assert.Equal([here], (await Ledger.Services(new ServiceFilter { Engine = "local" }, 10, 0, Never)).Items);

        var deployment = Deployment(there.Uuid) with { Engine = "east" };
        await Ledger.AddDeployment(deployment, Never);
        Assert.Equal(deployment, await Ledger.FindDeployment(deployment.Uuid, Never));
        Assert.Equal([deployment], await Ledger.OpenDeployments(null, Never));
    }
}
