using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using static AutoDeploy.Ledger.Tests.LedgerSamples;

namespace AutoDeploy.Ledger.Tests.Contract;

/// <summary>What many callers write at the same time may be written together; each gets its own answer.</summary>
public abstract partial class LedgerContract
{
    private const int Callers = 200;

    [Fact]
    public async Task Of_equal_pushes_recorded_at_the_same_time_one_is_new_and_all_others_are_repeats_of_it()
    {
        var writing = Enumerable.Range(0, Callers).Select(i => Ledger.RecordPushes([Push($"{i % 20}"), Push($"only {i}")], Never));

        var recorded = await Task.WhenAll(writing);

        Assert.All(recorded, answer => Assert.True(answer[1].New));
        foreach (var equal in recorded.Select(answer => answer[0]).GroupBy(answer => answer.Push.Delivery))
        {
            var one = Assert.Single(equal, answer => answer.New);
            Assert.All(equal, answer => Assert.Equal(one.Push, answer.Push));
            Assert.Equal(one.Push, await Ledger.FindPush(one.Push.Uuid, Never));
        }
    }

    [Fact]
    public async Task A_push_that_cannot_be_recorded_fails_its_caller_alone()
    {
        var taken = Push("taken");
        await Ledger.RecordPushes([taken], Never);

        var writing = Enumerable
            .Range(0, Callers)
            .Select(i => Ledger.RecordPushes([Push($"{i}") with { Uuid = i == 77 ? taken.Uuid : Guid.NewGuid() }], Never))
            .ToList();
        var failure = await Assert.ThrowsAsync<LedgerException>(() => Task.WhenAll(writing));

        Assert.Contains(taken.Uuid.ToString(), failure.Message, StringComparison.Ordinal);
        Assert.Equal([77], Enumerable.Range(0, Callers).Where(i => writing[i].IsFaulted));
        Assert.All(writing.Where(task => !task.IsFaulted), task => Assert.True(task.Result[0].New));
    }

    [Fact]
    public async Task Deliveries_recorded_at_the_same_time_each_have_the_outcome_of_their_own_pushes()
    {
        var hook = new Hook
        {
            Uuid = Guid.NewGuid(),
            Organization = OrganizationNames.Default,
            Sender = "registry",
            Key = "key",
            Created = Noon,
        };
        await Ledger.AddHook(hook, Never);

        var uuids = await Task.WhenAll(Enumerable.Range(0, ILedger.MaxDeliveriesPerHook + 50).Select(Record));

        var page = await Ledger.ListDeliveries(hook.Uuid, uuids.Length, 0, Never);
        Assert.Equal(ILedger.MaxDeliveriesPerHook, page.Total);
        foreach (var uuid in page.Items.Select(delivery => delivery.Uuid))
        {
            var stored = await Ledger.FindDelivery(uuid, Never);
            var pushId = Assert.Single(stored!.Delivery.Outcome.PushIds);
            var push = await Ledger.FindPush(pushId, Never);
            Assert.Equal(push!.Delivery, stored.Delivery.Outcome.Result);
            Assert.Equal([KeyValuePair.Create("X", push.Delivery)], stored.Content!.Headers);
            Assert.Equal(uuid.ToByteArray(), stored.Content.Body!.Value.ToArray());
        }

        async Task<Guid> Record(int i)
        {
            var uuid = Guid.NewGuid();
            await Ledger.RecordPushes(
                [Push($"push {i}")],
                new Delivery
                {
                    Uuid = uuid,
                    HookId = hook.Uuid,
                    Received = Noon,
                    Bytes = 16,
                    HasBody = true,
                    Outcome = new DeliveryOutcome(0, "", []),
                },
                new DeliveryContent([KeyValuePair.Create("X", $"push {i}")], uuid.ToByteArray()),
                pushes => new DeliveryOutcome(202, pushes[0].Push.Delivery, [pushes[0].Push.Uuid]),
                Never
            );
            return uuid;
        }
    }

    [Fact]
    public async Task Of_equal_verdicts_decided_at_the_same_time_one_is_recorded()
    {
        var push = Push();
        var services = Enumerable.Range(0, 20).Select(_ => Guid.NewGuid()).ToList();
        var verdicts = Enumerable.Range(0, Callers).Select(i => Verdict(push.Uuid, services[i % services.Count])).ToList();

        var decided = await Task.WhenAll(verdicts.Select(verdict => Ledger.Decide(verdict, null, null, Never)));

        foreach (var serviceId in services)
        {
            var recorded = Assert.Single(verdicts.Where((verdict, i) => decided[i] && verdict.ServiceId == serviceId));
            Assert.Equal(recorded, await Ledger.FindVerdict(push.Uuid, serviceId, Never));
        }
    }
}
