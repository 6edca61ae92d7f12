using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;
using static AutoDeploy.Ledger.Tests.Given;

namespace AutoDeploy.Ledger.Tests.Contract;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task A_held_verdict_is_found_with_its_time_and_its_approval()
    {
        var push = Push();
        await Ledger.Record([push], Never);
        var held = HeldVerdict(push.Uuid, Guid.NewGuid()) with { HeldUntil = Noon.AddDays(3), ApprovedBy = "ida", Approved = Noon.AddHours(1) };
        await Ledger.Decide(held, null, null, Never);
        await Reopen();

        Assert.Equal(held, await Ledger.FindVerdict(push.Uuid, held.Service, Never));
        Assert.Equal(new VerdictWithPush(held, push), await Ledger.FindVerdictOf(held.Service, held.Uuid, Never));
        Assert.Null(await Ledger.FindVerdictOf(Guid.NewGuid(), held.Uuid, Never));
        Assert.Null(await Ledger.FindVerdictOf(held.Service, Guid.NewGuid(), Never));
    }

    [Fact]
    public async Task What_is_held_is_superseded_by_what_is_held_or_deployed_after_it_and_by_nothing_else()
    {
        var service = Guid.NewGuid();
        var (first, second, elsewhere) = (HeldVerdict(Guid.NewGuid(), service), HeldVerdict(Guid.NewGuid(), service), HeldVerdict(Guid.NewGuid(), Guid.NewGuid()));
        await Ledger.Decide(first, null, null, Never);
        await Ledger.Decide(elsewhere, null, null, Never);
        await Ledger.Decide(Verdict(Guid.NewGuid(), service), null, null, Never);
        Assert.Equal(first, await Ledger.FindVerdict(first.Push, service, Never));

        await Ledger.Decide(second, null, null, Never);
        Assert.Equal((VerdictKind.Skip, Reasons.Superseded), await State(first));
        Assert.Equal((VerdictKind.Held, Reasons.Window), await State(second));

        var deployment = Deployment(service);
        await Ledger.Decide(Verdict(Guid.NewGuid(), service, deployment.Uuid), deployment, null, Never);
        Assert.Equal((VerdictKind.Skip, Reasons.Superseded), await State(second));
        Assert.Equal(elsewhere, await Ledger.FindVerdict(elsewhere.Push, elsewhere.Service, Never));

        await Ledger.DropHeld(elsewhere.Service, Never);
        Assert.Equal((VerdictKind.Skip, Reasons.Superseded), await State(elsewhere));
    }

    [Fact]
    public async Task A_repeated_verdict_supersedes_nothing()
    {
        var service = Guid.NewGuid();
        var (first, second) = (HeldVerdict(Guid.NewGuid(), service), HeldVerdict(Guid.NewGuid(), service));
        await Ledger.Decide(first, null, null, Never);
        await Ledger.Decide(second, null, null, Never);

        Assert.False(await Ledger.Decide(HeldVerdict(first.Push, service), null, null, Never));

        Assert.Equal((VerdictKind.Held, Reasons.Window), await State(second));
    }

    [Fact]
    public async Task What_is_held_is_released_once_with_its_deployment()
    {
        var service = Guid.NewGuid();
        var held = HeldVerdict(Guid.NewGuid(), service);
        await Ledger.Decide(held, null, null, Never);
        var waiting = Deployment(service);
        await Ledger.AddDeployment(waiting, Never);

        var released = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() =>
        {
            var deployment = Deployment(service);
            return Ledger.Redecide(Released(deployment.Uuid), deployment, waiting.Uuid, Never);
        })));

        Assert.Single(released, true);
        var open = Assert.Single(await Ledger.OpenDeployments(service, Never));
        Assert.Equal(Released(open.Uuid), await Ledger.FindVerdict(held.Push, service, Never));
        Assert.Equal("Superseded by a newer push.", (await Ledger.FindDeployment(waiting.Uuid, Never))!.Result);
        Assert.Empty(await Ledger.HeldServices(null, Never));

        Verdict Released(Guid deployment) =>
            held with { Kind = VerdictKind.Deploy, Reason = Reasons.New, Detail = "New.", Deployment = deployment, HeldUntil = null, ApprovedBy = "ida", Approved = Noon };
    }

    [Fact]
    public async Task What_goes_on_being_held_gets_another_reason_and_what_is_not_held_stays_as_it_is()
    {
        var held = HeldVerdict(Guid.NewGuid(), Guid.NewGuid());
        await Ledger.Decide(held, null, null, Never);
        var approved = held with { Reason = Reasons.Frozen, Detail = "Frozen.", HeldUntil = null, ApprovedBy = "ida", Approved = Noon };
        Assert.True(await Ledger.Redecide(approved, null, null, Never));
        Assert.Equal(approved, await Ledger.FindVerdict(held.Push, held.Service, Never));

        var skipped = Verdict(Guid.NewGuid(), held.Service);
        await Ledger.Decide(skipped, null, null, Never);
        Assert.False(await Ledger.Redecide(skipped with { Kind = VerdictKind.Deploy }, Deployment(held.Service), null, Never));
        Assert.False(await Ledger.Redecide(approved with { Uuid = Guid.NewGuid() }, null, null, Never));
        Assert.Equal(skipped, await Ledger.FindVerdict(skipped.Push, held.Service, Never));
        Assert.Empty(await Ledger.OpenDeployments(held.Service, Never));
    }

    [Fact]
    public async Task Services_are_found_when_what_they_hold_is_due()
    {
        var (soon, later, frozen) = (HeldVerdict(Guid.NewGuid(), Guid.NewGuid()), HeldVerdict(Guid.NewGuid(), Guid.NewGuid()), HeldVerdict(Guid.NewGuid(), Guid.NewGuid()));
        await Ledger.Decide(soon with { HeldUntil = Noon }, null, null, Never);
        await Ledger.Decide(later with { HeldUntil = Noon.AddTicks(1) }, null, null, Never);
        await Ledger.Decide(frozen with { HeldUntil = null }, null, null, Never);
        await Ledger.Decide(Verdict(Guid.NewGuid(), Guid.NewGuid()), null, null, Never);

        Assert.Empty(await Ledger.HeldServices(Noon.AddTicks(-1), Never));
        Assert.Equal([soon.Service], await Ledger.HeldServices(Noon, Never));
        Assert.Equal(
            new[] { soon.Service, later.Service, frozen.Service }.OrderBy(uuid => uuid.ToString(), StringComparer.Ordinal), await Ledger.HeldServices(null, Never));
    }

    [Fact]
    public async Task Trimming_spares_what_is_held()
    {
        var (held, other) = (Push("held"), Push("other"));
        await Ledger.Record([held, other], Never);
        await Ledger.Settle([held.Uuid, other.Uuid], Never);
        var verdict = HeldVerdict(held.Uuid, Guid.NewGuid());
        await Ledger.Decide(verdict, null, null, Never);

        await Ledger.Trim(Noon.AddDays(1), 10, Never);
        Assert.Null(await Ledger.FindPush(other.Uuid, Never));
        Assert.Equal(new VerdictWithPush(verdict, held), await Ledger.FindVerdictOf(verdict.Service, verdict.Uuid, Never));

        await Ledger.DropHeld(verdict.Service, Never);
        await Ledger.Trim(Noon.AddDays(1), 10, Never);
        Assert.Null(await Ledger.FindPush(held.Uuid, Never));
    }

    private static Verdict HeldVerdict(Guid push, Guid service) =>
        Verdict(push, service) with { Kind = VerdictKind.Held, Reason = Reasons.Window, Detail = "Closed.", HeldUntil = Noon.AddDays(1) };

    private async Task<(VerdictKind Kind, string Reason)> State(Verdict verdict)
    {
        var found = await Ledger.FindVerdict(verdict.Push, verdict.Service, Never);
        return (found!.Kind, found.Reason);
    }
}
