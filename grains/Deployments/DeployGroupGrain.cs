using AutoDeploy.Ports;
using AutoDeploy.Services;

namespace AutoDeploy.Deployments;

/// <summary>What was decided is on disk before anybody acts on it; all else is read from the ledger.</summary>
public sealed class DeployGroupGrain(
    [PersistentState("deploy-group", ServiceState.Storage)] IPersistentState<DeployGroupState> state,
    ILedger ledger
) : Grain, IDeployGroupGrain
{
    private readonly HashSet<Guid> _ready = [];

    /// <summary>Deployments and their services' names; null while services lack their verdicts.</summary>
    private IReadOnlyList<(Guid Deployment, string Service)>? _members;

    private Guid PushId => Guid.Parse(this.GetPrimaryKeyString().Split('/')[0]);

    private string Name => this.GetPrimaryKeyString()[(this.GetPrimaryKeyString().IndexOf('/') + 1)..];

    public async Task<DeployGroupReply> ReportReady(Guid deploymentId)
    {
        _ready.Add(deploymentId);
        if (state.State.Decision != DeployGroupDecision.Waiting)
            return new DeployGroupReply(state.State.Decision, state.State.Reason);
        if (await ListMembers() is not { } members)
            return new DeployGroupReply(DeployGroupDecision.Waiting, "");

        var waits = false;
        foreach (var (member, service) in members.Where(member => !_ready.Contains(member.Deployment)))
        {
            switch (await ledger.FindDeployment(member, default))
            {
                case { State: DeploymentState.Failed }:
                    return await Decide(DeployGroupDecision.GoBack, $"{service} of the deploy group \"{Name}\" failed.");
                case { State: DeploymentState.Canceled, CancelRequestedBy: not null }:
                    return await Decide(DeployGroupDecision.GoBack, $"{service} of the deploy group \"{Name}\" was canceled.");
                case { HasEnded: false }:
                    waits = true;
                    break;
            }
        }

        return waits ? new DeployGroupReply(DeployGroupDecision.Waiting, "") : await Decide(DeployGroupDecision.Stay, "");
    }

    public async Task<bool> ReportFailure(Guid deploymentId, string sentence)
    {
        _ready.Remove(deploymentId);
        if (state.State.Decision == DeployGroupDecision.Waiting)
            await Decide(DeployGroupDecision.GoBack, sentence);
        return state.State.Decision == DeployGroupDecision.GoBack;
    }

    public async Task ReportEnded()
    {
        if (await ListMembers() is not { } members)
            return;
        foreach (var (member, _) in members)
            if (await ledger.FindDeployment(member, default) is { HasEnded: false })
                return;
        await state.ClearStateAsync();
        DeactivateOnIdle();
    }

    private async Task<DeployGroupReply> Decide(DeployGroupDecision decision, string reason)
    {
        state.State = new DeployGroupState { Decision = decision, Reason = reason };
        await state.WriteStateAsync();
        return new DeployGroupReply(decision, reason);
    }

    private async Task<IReadOnlyList<(Guid Deployment, string Service)>?> ListMembers()
    {
        if (_members is not null)
            return _members;
        if (await ledger.IsMissingVerdicts(PushId, default))
            return null;
        var members = new List<(Guid, string)>();
        foreach (var verdict in await ledger.ListDeployingVerdicts(PushId, default))
            if (
                await GrainFactory.GetGrain<IServiceGrain>(verdict.ServiceId.ToString()).Get() is { } service
                && service.Settings.DeployGroup == Name
            )
                members.Add((verdict.DeploymentId!.Value, service.Name));
        return _members = members;
    }
}
