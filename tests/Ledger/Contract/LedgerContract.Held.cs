using AutoDeploy.Ports;
using AutoDeploy.Services;
using static AutoDeploy.Ledger.Tests.LedgerSamples;

namespace AutoDeploy.Ledger.Tests.Contract;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task A_held_verdict_is_found_with_its_time_and_its_approval()
    {
        var push = Push();
        await Ledger.RecordPushes([push], Never);
        var held = HeldVerdict(push.Uuid, Guid.NewGuid()) with
        {
            HeldUntil = Noon.AddDays(3),
            ApprovedBy = "ida",
            Approved = Noon.AddHours(1),
        };
        await Ledger.Decide(held, null, null, Never);
        await Reopen();

        Assert.Equal(held, await Ledger.FindVerdict(push.Uuid, held.ServiceId, Never));
        Assert.Equal(new VerdictWithPush(held, push), await Ledger.FindVerdictOfService(held.ServiceId, held.Uuid, Never));
        Assert.Null(await Ledger.FindVerdictOfService(Guid.NewGuid(), held.Uuid, Never));
        Assert.Null(await Ledger.FindVerdictOfService(held.ServiceId, Guid.NewGuid(), Never));
    }

    [Fact]
    public async Task What_is_held_is_superseded_by_what_is_held_or_deployed_after_it_and_by_nothing_else()
    {
        var serviceId = Guid.NewGuid();
        var (first, second, elsewhere) = (
            HeldVerdict(Guid.NewGuid(), serviceId),
            HeldVerdict(Guid.NewGuid(), serviceId),
            HeldVerdict(Guid.NewGuid(), Guid.NewGuid())
        );
        await Ledger.Decide(first, null, null, Never);
        await Ledger.Decide(elsewhere, null, null, Never);
        await Ledger.Decide(Verdict(Guid.NewGuid(), serviceId), null, null, Never);
        Assert.Equal(first, await Ledger.FindVerdict(first.PushId, serviceId, Never));

        await Ledger.Decide(second, null, null, Never);
        Assert.Equal((VerdictKind.Skip, VerdictReasons.Superseded), await State(first));
        Assert.Equal((VerdictKind.Held, VerdictReasons.Window), await State(second));

        var deployment = Deployment(serviceId);
        await Ledger.Decide(Verdict(Guid.NewGuid(), serviceId, deployment.Uuid), deployment, null, Never);
        Assert.Equal((VerdictKind.Skip, VerdictReasons.Superseded), await State(second));
        Assert.Equal(elsewhere, await Ledger.FindVerdict(elsewhere.PushId, elsewhere.ServiceId, Never));

        await Ledger.DropHeld(elsewhere.ServiceId, Never);
        Assert.Equal((VerdictKind.Skip, VerdictReasons.Superseded), await State(elsewhere));
    }

    [Fact]
    public async Task A_repeated_verdict_supersedes_nothing()
    {
        var serviceId = Guid.NewGuid();
        var (first, second) = (HeldVerdict(Guid.NewGuid(), serviceId), HeldVerdict(Guid.NewGuid(), serviceId));
        await Ledger.Decide(first, null, null, Never);
        await Ledger.Decide(second, null, null, Never);

        Assert.False(await Ledger.Decide(HeldVerdict(first.PushId, serviceId), null, null, Never));

        Assert.Equal((VerdictKind.Held, VerdictReasons.Window), await State(second));
    }

    [Fact]
    public async Task What_is_held_is_released_once_with_its_deployment()
    {
        var serviceId = Guid.NewGuid();
        var held = HeldVerdict(Guid.NewGuid(), serviceId);
        await Ledger.Decide(held, null, null, Never);
        var waiting = Deployment(serviceId);
        await Ledger.AddDeployment(waiting, Never);

        var released = await Task.WhenAll(
            Enumerable
                .Range(0, 50)
                .Select(_ =>
                    Task.Run(() =>
                    {
                        var deployment = Deployment(serviceId);
                        return Ledger.ReplaceDecision(Released(deployment.Uuid), deployment, waiting.Uuid, Never);
                    })
                )
        );

        Assert.Single(released, true);
        var open = Assert.Single(await Ledger.ListOpenDeployments(serviceId, Never));
        Assert.Equal(Released(open.Uuid), await Ledger.FindVerdict(held.PushId, serviceId, Never));
        Assert.Equal("Superseded by a newer push.", (await Ledger.FindDeployment(waiting.Uuid, Never))!.Result);
        Assert.Empty(await Ledger.ListHeldServices(null, Never));

        Verdict Released(Guid deploymentId) =>
            held with
            {
                Kind = VerdictKind.Deploy,
                Reason = VerdictReasons.New,
                Detail = "New.",
                DeploymentId = deploymentId,
                HeldUntil = null,
                ApprovedBy = "ida",
                Approved = Noon,
            };
    }

    [Fact]
    public async Task What_goes_on_being_held_gets_another_reason_and_what_is_not_held_stays_as_it_is()
    {
        var held = HeldVerdict(Guid.NewGuid(), Guid.NewGuid());
        await Ledger.Decide(held, null, null, Never);
        var approved = held with
        {
            Reason = VerdictReasons.Frozen,
            Detail = "Frozen.",
            HeldUntil = null,
            ApprovedBy = "ida",
            Approved = Noon,
        };
        Assert.True(await Ledger.ReplaceDecision(approved, null, null, Never));
        Assert.Equal(approved, await Ledger.FindVerdict(held.PushId, held.ServiceId, Never));

        var skipped = Verdict(Guid.NewGuid(), held.ServiceId);
        await Ledger.Decide(skipped, null, null, Never);
        Assert.False(await Ledger.ReplaceDecision(skipped with { Kind = VerdictKind.Deploy }, Deployment(held.ServiceId), null, Never));
        Assert.False(await Ledger.ReplaceDecision(approved with { Uuid = Guid.NewGuid() }, null, null, Never));
        Assert.Equal(skipped, await Ledger.FindVerdict(skipped.PushId, held.ServiceId, Never));
        Assert.Empty(await Ledger.ListOpenDeployments(held.ServiceId, Never));
    }

    [Fact]
    public async Task Services_are_found_when_what_they_hold_is_due()
    {
        var (soon, later, frozen) = (
            HeldVerdict(Guid.NewGuid(), Guid.NewGuid()),
            HeldVerdict(Guid.NewGuid(), Guid.NewGuid()),
            HeldVerdict(Guid.NewGuid(), Guid.NewGuid())
        );
        await Ledger.Decide(soon with { HeldUntil = Noon }, null, null, Never);
        await Ledger.Decide(later with { HeldUntil = Noon.AddTicks(1) }, null, null, Never);
        await Ledger.Decide(frozen with { HeldUntil = null }, null, null, Never);
        await Ledger.Decide(Verdict(Guid.NewGuid(), Guid.NewGuid()), null, null, Never);

        Assert.Empty(await Ledger.ListHeldServices(Noon.AddTicks(-1), Never));
        Assert.Equal([soon.ServiceId], await Ledger.ListHeldServices(Noon, Never));
        Assert.Equal(
            new[] { soon.ServiceId, later.ServiceId, frozen.ServiceId }.OrderBy(uuid => uuid.ToString(), StringComparer.Ordinal),
            await Ledger.ListHeldServices(null, Never)
        );
    }

    [Fact]
    public async Task Trimming_spares_what_is_held()
    {
        var (held, other) = (Push("held"), Push("other"));
        await Ledger.RecordPushes([held, other], Never);
        await Ledger.Complete([held.Uuid, other.Uuid], Never);
        var verdict = HeldVerdict(held.Uuid, Guid.NewGuid());
        await Ledger.Decide(verdict, null, null, Never);

        await Ledger.Trim(Noon.AddDays(1), 10, Never);
        Assert.Null(await Ledger.FindPush(other.Uuid, Never));
        Assert.Equal(new VerdictWithPush(verdict, held), await Ledger.FindVerdictOfService(verdict.ServiceId, verdict.Uuid, Never));

        await Ledger.DropHeld(verdict.ServiceId, Never);
        await Ledger.Trim(Noon.AddDays(1), 10, Never);
        Assert.Null(await Ledger.FindPush(held.Uuid, Never));
    }

    private static Verdict HeldVerdict(Guid pushId, Guid serviceId) =>
        Verdict(pushId, serviceId) with
        {
            Kind = VerdictKind.Held,
            Reason = VerdictReasons.Window,
            Detail = "Closed.",
            HeldUntil = Noon.AddDays(1),
        };

    private async Task<(VerdictKind Kind, string Reason)> State(Verdict verdict)
    {
        var found = await Ledger.FindVerdict(verdict.PushId, verdict.ServiceId, Never);
        return (found!.Kind, found.Reason);
    }
}
