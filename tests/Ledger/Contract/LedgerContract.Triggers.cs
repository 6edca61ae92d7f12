using AutoDeploy.Deployments;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using static AutoDeploy.Ledger.Tests.LedgerSamples;

namespace AutoDeploy.Ledger.Tests.Contract;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task A_trigger_is_found_by_its_service_and_secret_alone()
    {
        var (serviceId, other) = (Guid.NewGuid(), Guid.NewGuid());
        var trigger = Trigger(serviceId) with { Name = "ci", Operation = Operation.Scale, PassBody = true };
        await Ledger.AddTrigger(trigger, Never);

        Assert.Equal(trigger, await Ledger.FindTrigger(serviceId, trigger.Uuid, Never));
        Assert.Null(await Ledger.FindTrigger(other, trigger.Uuid, Never));
        Assert.Null(await Ledger.FindTrigger(serviceId, Guid.NewGuid(), Never));
    }

    [Fact]
    public async Task Triggers_of_a_service_are_listed_newest_first_and_removed()
    {
        var serviceId = Guid.NewGuid();
        var (old, young) = (Trigger(serviceId), Trigger(serviceId) with { Created = Noon.AddHours(1) });
        await Ledger.AddTrigger(old, Never);
        await Ledger.AddTrigger(young, Never);
        await Ledger.AddTrigger(Trigger(Guid.NewGuid()), Never);

        Assert.Equal([young, old], (await Ledger.ListTriggers(serviceId, 10, 0, Never)).Items);
        Assert.Equal([old], (await Ledger.ListTriggers(serviceId, 1, 1, Never)).Items);
        Assert.False(await Ledger.RemoveTrigger(Guid.NewGuid(), old.Uuid, Never));
        Assert.True(await Ledger.RemoveTrigger(serviceId, old.Uuid, Never));
        Assert.False(await Ledger.RemoveTrigger(serviceId, old.Uuid, Never));
        Assert.Equal([young], (await Ledger.ListTriggers(serviceId, 10, 0, Never)).Items);
    }

    [Fact]
    public async Task A_removed_service_leaves_no_triggers_and_no_polls()
    {
        var row = Service("gone");
        await Ledger.AddService(row, Never);
        await Ledger.AddTrigger(Trigger(row.Uuid), Never);
        await Ledger.SetPoll(row.Uuid, Source, 60, Never);

        await Ledger.RemoveService(row.Uuid, Never);

        Assert.Empty((await Ledger.ListTriggers(row.Uuid, 10, 0, Never)).Items);
        Assert.Empty(await Ledger.ListPolls(Never));
    }

    [Fact]
    public async Task A_source_is_polled_once_at_the_shortest_interval_that_is_asked_for()
    {
        var (one, two, three) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await Ledger.SetPoll(one, "b", 300, Never);
        await Ledger.SetPoll(two, "b", 60, Never);
        await Ledger.SetPoll(three, "a", 30, Never);
        Assert.Equal([new SourcePoll("a", 30), new SourcePoll("b", 60)], await Ledger.ListPolls(Never));
        Assert.Equal(new[] { one, two }.OrderBy(u => u.ToString(), StringComparer.Ordinal), await Ledger.ListPollingServices("b", Never));

        await Ledger.SetPoll(two, "a", 90, Never);
        await Ledger.SetPoll(three, "a", 0, Never);
        Assert.Equal([new SourcePoll("a", 90), new SourcePoll("b", 300)], await Ledger.ListPolls(Never));
    }

    [Fact]
    public async Task What_a_call_brought_is_kept_until_its_deployment_has_ended()
    {
        var deployment = Deployment(Guid.NewGuid()) with { State = DeploymentState.Pending, Ended = null, Body = "from the call" };
        await Ledger.AddDeployment(deployment, Never);
        await Ledger.UpdateDeployment(deployment with { State = DeploymentState.InProgress, Body = null }, Never);
        Assert.Equal("from the call", (await Ledger.FindDeployment(deployment.Uuid, Never))!.Body);

        await Ledger.UpdateDeployment(deployment with { State = DeploymentState.Success, Ended = Noon }, Never);
        Assert.Null((await Ledger.FindDeployment(deployment.Uuid, Never))!.Body);
    }

    private static Trigger Trigger(Guid serviceId) =>
        new()
        {
            Uuid = Guid.NewGuid(),
            ServiceId = serviceId,
            Operation = Operation.Redeploy,
            Created = Noon,
        };
}
