using AutoDeploy.Deployments;
using AutoDeploy.Organizations;
using AutoDeploy.Sources;
using AutoDeploy.Telemetry;

namespace AutoDeploy.Services;

/// <summary>What is held: kept here before its verdict is on record, so that one that is on record is never without its push.</summary>
public sealed partial class ServiceGrain
{
    private static readonly JudgeDecision Terminated = JudgeDecision.Skip(
        VerdictReasons.Stopped,
        "The service is terminated; there is nothing to deploy to."
    );

    private static readonly JudgeDecision NotSubscribed = JudgeDecision.Skip(
        VerdictReasons.Superseded,
        "The service got another source while it was held."
    );

    /// <summary>After a crash between the ledger's write and ours the ledger knows better.</summary>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await _store.Open(cancellationToken);
        if (
            Service is { Held: { } held }
            && await ledger.FindVerdict(held.Push.Uuid, Uuid, cancellationToken) is { } verdict
            && verdict != held.Verdict
        )
            await SaveHeld(held, verdict);
        await base.OnActivateAsync(cancellationToken);
    }

    public async Task ReevaluateHeld()
    {
        if (Service is not { } service)
            return;
        if (service.Held is { } held)
            await Reconsider(service, held);
        else
            // what was to take its place was on record here alone when a crash came, and turned out to be nothing
            await ledger.DropHeld(Uuid, default);
    }

    public async Task<ServiceReply> Approve(Guid verdictId, string by)
    {
        if (Service is not { } service)
            return NotFound();
        var objection = HeldPush.FindObjectionToApproval(service, verdictId);
        if (objection is not null)
            return ServiceReply.Refuse(RefusalKind.Conflict, objection, service);

        var held = service.Held!.Approve(by, time.GetUtcNow());
        return await Reconsider(service, held) is { } now
            ? new ServiceReply { Service = Service, DeploymentId = now.DeploymentId }
            : ServiceReply.Refuse(RefusalKind.Conflict, "The push is not held any more.", Service);
    }

    /// <summary>
    /// Judges again, by all the rules: since it was held the service may have been stopped, set otherwise or brought to another version.
    /// </summary>
    /// <returns>The verdict as it is then; null: it was not on record as held.</returns>
    private async Task<Verdict?> Reconsider(Service service, HeldPush held)
    {
        await ReadOpen();
        var organization = await GrainFactory.GetGrain<IOrganizationGrain>(service.Organization).Get();
        var decision =
            service.Status is ServiceStatus.Terminated or ServiceStatus.Terminating ? Terminated
            : !service.IsSubscribedTo(held.Push) ? NotSubscribed
            : Judge.ApplyHolds(
                await Decide(service with { Held = null }, held.Push, held.Commit),
                held.Push,
                service.Settings,
                organization,
                held.Verdict.ApprovedBy is not null,
                time.GetUtcNow()
            );
        var deployment =
            decision.Kind == VerdictKind.Deploy ? CreateDeployment(service, held.Push, held.Commit, held.Verdict.ApprovedBy) : null;
        var verdict = held.Verdict with
        {
            Kind = decision.Kind,
            Reason = decision.Reason,
            Detail = decision.Detail,
            HeldUntil = decision.Until,
            DeploymentId = deployment?.Uuid,
        };
        if (verdict == service.Held?.Verdict)
            return verdict;

        if (!await ledger.ReplaceDecision(verdict, deployment, deployment is null ? null : _slots.Waiting?.Uuid, default))
        {
            // not there at all: its push is open, and will be offered again
            if (await ledger.FindVerdict(held.Push.Uuid, Uuid, default) is { } known)
                await SaveHeld(held, known);
            return null;
        }

        AutoDeployMetrics.CountVerdict(verdict);
        await SaveHeld(held, verdict);
        if (decision.RememberAvailable)
            await Remember(held.Push, held.Commit);
        if (deployment is not null)
            await Enqueue(deployment);
        return verdict;
    }

    /// <summary>Keeps what a verdict on record holds, and nothing when it holds no more.</summary>
    private Task SaveHeld(HeldPush held, Verdict verdict) => Write(Service! with { Held = held.Apply(verdict) });

    /// <summary>
    /// Why a person, or a trigger, cannot have a new version now: a freeze or a closed window, for a trigger also that it takes an
    /// approval.
    /// What runs can be started, scaled and stopped, and given new containers, at any time.
    /// </summary>
    private async Task<string?> FindClosedReason(Service service, OperationCommand command)
    {
        if (!command.MayBringNewVersion(service))
            return null;
        var organization = await GrainFactory.GetGrain<IOrganizationGrain>(service.Organization).Get();
        if (DeploymentHold.FindClosed(service.Settings, organization, time.GetUtcNow()) is { } hold)
            return hold.Detail;
        return command.Cause.Kind == CauseKind.Trigger && service.Settings.ApprovalRequired
            ? "Deployments of the service have to be approved by a person."
            : null;
    }

    private static string DescribeForce(OperationCommand command) =>
        command.Cause.Kind == CauseKind.Person ? " Repeat it with ?force=true to deploy all the same." : "";

    private Deployment CreateDeployment(Service service, Push push, PushedCommit? commit, string? approvedBy = null)
    {
        var by = push.Pusher is { Length: > 0 } pusher ? $" by {pusher}" : "";
        var approved = approvedBy is null ? "" : $", approved by {approvedBy}";
        var cause = new DeploymentCause
        {
            Kind = CauseKind.Push,
            PushId = push.Uuid,
            Text = $"push of {push}{by}, told by {push.Sender}{approved}",
        };
        var deployment = CreateDeployment(Operation.Redeploy, cause);
        return push.IsGit
            ? deployment with
            {
                Commit = commit!.Id,
            }
            : deployment with
            {
                Image = (service.Image with { Tag = push.Tag, Digest = push.Digest }).ToString(),
            };
    }
}
