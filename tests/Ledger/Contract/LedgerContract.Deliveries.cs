using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using static AutoDeploy.Ledger.Tests.LedgerSamples;

namespace AutoDeploy.Ledger.Tests.Contract;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task A_delivery_is_found_as_it_was()
    {
        var hook = await NewHook();
        var delivery = Delivery(hook);
        await Ledger.AddDelivery(delivery, Content(), Never);
        await Reopen();

        var kept = (await Ledger.FindDelivery(delivery.Uuid, Never))!;

        AssertSame(delivery, kept.Delivery);
        AssertSame(delivery, Assert.Single((await Ledger.ListDeliveries(hook.Uuid, 10, 0, Never)).Items));
        Assert.Equal(Content().Headers, kept.Content!.Headers);
        Assert.Equal(Content().Body!.Value.ToArray(), kept.Content.Body!.Value.ToArray());
        Assert.Null(await Ledger.FindDelivery(Guid.NewGuid(), Never));
    }

    [Fact]
    public async Task A_delivery_can_lack_almost_everything()
    {
        var hook = await NewHook();
        var delivery = Delivery(hook) with
        {
            SenderId = null,
            ContentType = null,
            RedeliveredFrom = null,
            HasBody = false,
            Outcome = new DeliveryOutcome(400, "The body is empty.", []),
        };
        await Ledger.AddDelivery(delivery, new DeliveryContent([], null), Never);

        var kept = (await Ledger.FindDelivery(delivery.Uuid, Never))!;

        AssertSame(delivery, kept.Delivery);
        Assert.Empty(kept.Content!.Headers);
        Assert.Null(kept.Content.Body);
    }

    [Fact]
    public async Task A_delivery_is_recorded_in_one_step_with_its_pushes_and_knows_what_became_of_them()
    {
        var hook = await NewHook();
        var (known, fresh) = (Push("known"), Push("fresh"));
        await Ledger.RecordPushes([known], Never);
        var delivery = Delivery(hook);

        var recorded = await Ledger.RecordPushes(
            [known with { Uuid = Guid.NewGuid() }, fresh],
            delivery,
            Content(),
            r => new DeliveryOutcome(r.Count(p => p.New), "so many are new", [.. r.Select(p => p.Push.Uuid)]),
            Never
        );

        Assert.Equal([new RecordedPush(known, false), new RecordedPush(fresh, true)], recorded);
        var outcome = (await Ledger.FindDelivery(delivery.Uuid, Never))!.Delivery.Outcome;
        Assert.Equal((1, "so many are new"), (outcome.Status, outcome.Result));
        Assert.Equal([known.Uuid, fresh.Uuid], outcome.PushIds);
    }

    [Fact]
    public async Task Where_the_delivery_cannot_be_recorded_its_pushes_are_not_either()
    {
        var delivery = Delivery(await NewHook());
        await Ledger.AddDelivery(delivery, Content(), Never);
        var push = Push();

        await Assert.ThrowsAsync<LedgerException>(() => Ledger.RecordPushes([push], delivery, Content(), _ => delivery.Outcome, Never));

        Assert.Null(await Ledger.FindPush(push.Uuid, Never));
    }

    [Fact]
    public async Task Of_each_hook_the_newest_200_deliveries_stay()
    {
        var (hook, other) = (await NewHook(), await NewHook());
        var first = Delivery(other);
        await Ledger.AddDelivery(first, Content(), Never);
        Delivery[] deliveries = [.. Enumerable.Range(0, 205).Select(_ => Delivery(hook))];
        foreach (var delivery in deliveries)
            await Ledger.AddDelivery(delivery, Content(), Never);

        var page = await Ledger.ListDeliveries(hook.Uuid, 1_000, 0, Never);

        Assert.Equal(200, page.Total);
        Assert.Equal(deliveries.Reverse().Take(200).Select(d => d.Uuid), page.Items.Select(d => d.Uuid));
        Assert.Null(await Ledger.FindDelivery(deliveries[4].Uuid, Never));
        Assert.Equal(first.Uuid, Assert.Single((await Ledger.ListDeliveries(other.Uuid, 10, 0, Never)).Items).Uuid);
        Assert.Equal([deliveries[^3].Uuid], (await Ledger.ListDeliveries(hook.Uuid, 1, 2, Never)).Items.Select(d => d.Uuid));
    }

    [Fact]
    public async Task A_removed_hooks_deliveries_go_with_it_and_none_comes_after()
    {
        var hook = await NewHook();
        var (before, after, push) = (Delivery(hook), Delivery(hook), Push());
        await Ledger.AddDelivery(before, Content(), Never);

        await Ledger.RemoveHook(hook.Uuid, Never);
        await Ledger.RecordPushes([push], after, Content(), _ => after.Outcome, Never);

        Assert.Equal(0, (await Ledger.ListDeliveries(hook.Uuid, 10, 0, Never)).Total);
        Assert.Null(await Ledger.FindDelivery(before.Uuid, Never));
        Assert.Null(await Ledger.FindDelivery(after.Uuid, Never));
        // the push was acknowledged
        Assert.NotNull(await Ledger.FindPush(push.Uuid, Never));
    }

    [Fact]
    public async Task Of_old_deliveries_only_the_line_stays()
    {
        var (hook, other) = (await NewHook(), await NewHook());
        Delivery[] old = [.. Enumerable.Range(0, 130).Select(i => Delivery(i % 2 == 0 ? hook : other))];
        var young = Delivery(hook, Noon.AddTicks(1));
        foreach (var delivery in old.Append(young))
            await Ledger.AddDelivery(delivery, Content(), Never);

        await Ledger.TrimDeliveries(Noon.AddTicks(1), Never);

        foreach (var delivery in old)
        {
            var kept = (await Ledger.FindDelivery(delivery.Uuid, Never))!;
            AssertSame(delivery with { HasBody = false }, kept.Delivery);
            Assert.Null(kept.Content);
        }

        Assert.NotNull((await Ledger.FindDelivery(young.Uuid, Never))!.Content!.Body);
        Assert.Equal(66, (await Ledger.ListDeliveries(hook.Uuid, 100, 0, Never)).Total);
    }

    private async Task<Hook> NewHook()
    {
        var hook = Hook(Guid.NewGuid().ToString());
        await Ledger.AddHook(hook, Never);
        return hook;
    }

    /// <summary>Records compare lists by identity.</summary>
    private static void AssertSame(Delivery expected, Delivery actual)
    {
        Assert.Equal(expected.Outcome.PushIds, actual.Outcome.PushIds);
        Assert.Equal(expected, actual with { Outcome = actual.Outcome with { PushIds = expected.Outcome.PushIds } });
    }
}
