using AutoDeploy.Ports;
using AutoDeploy.Services;

namespace AutoDeploy.Deployments;

/// <summary>What was decided is on disk before anybody acts on it; all else is read from the ledger.</summary>
public sealed class DeployGroupGrain(
    [PersistentState("deploy-group", ServiceState.Storage)] IPersistentState<DeployGroupState> state, ILedger ledger) : Grain, IDeployGroupGrain
{
    private readonly HashSet<Guid> _ready = [];

    /// <summary>Deployments and their services' names; null while services lack their verdicts.</summary>
    private IReadOnlyList<(Guid Deployment, string Service)>? _members;

    private Guid Push => Guid.Parse(this.GetPrimaryKeyString().Split('/')[0]);

    private string Name => this.GetPrimaryKeyString()[(this.GetPrimaryKeyString().IndexOf('/') + 1)..];

    public async Task<GroupReply> Ready(Guid deployment)
    {
        _ready.Add(deployment);
        if (state.State.Decision != GroupDecision.Waiting)
            return new GroupReply(state.State.Decision, state.State.Reason);
        if (await Members() is not { } members)
            return new GroupReply(GroupDecision.Waiting, "");

        var waits = false;
        foreach (var (member, service) in members.Where(member => !_ready.Contains(member.Deployment)))
        {
            switch (await ledger.FindDeployment(member, default))
            {
                case { State: DeploymentState.Failed }:
                    return await Decide(GroupDecision.GoBack, $"{service} of the deploy group \"{Name}\" failed.");
                case { State: DeploymentState.Canceled, CancelAsked: not null }:
                    return await Decide(GroupDecision.GoBack, $"{service} of the deploy group \"{Name}\" was canceled.");
                case { HasEnded: false }:
                    waits = true;
                    break;
            }
        }

        return waits ? new GroupReply(GroupDecision.Waiting, "") : await Decide(GroupDecision.Stay, "");
    }

    public async Task<bool> Fail(Guid deployment, string sentence)
    {
        _ready.Remove(deployment);
        if (state.State.Decision == GroupDecision.Waiting)
            await Decide(GroupDecision.GoBack, sentence);
        return state.State.Decision == GroupDecision.GoBack;
    }

    public async Task Ended()
    {
        if (await Members() is not { } members)
            return;
        foreach (var (member, _) in members)
            if (await ledger.FindDeployment(member, default) is { HasEnded: false })
                return;
        await state.ClearStateAsync();
        DeactivateOnIdle();
    }

    private async Task<GroupReply> Decide(GroupDecision decision, string reason)
    {
        state.State = new DeployGroupState { Decision = decision, Reason = reason };
        await state.WriteStateAsync();
        return new GroupReply(decision, reason);
    }

    private async Task<IReadOnlyList<(Guid Deployment, string Service)>?> Members()
    {
        if (_members is not null)
            return _members;
        if (await ledger.LacksVerdicts(Push, default))
            return null;
        var members = new List<(Guid, string)>();
        foreach (var verdict in await ledger.Deploying(Push, default))
            if (await GrainFactory.GetGrain<IServiceGrain>(verdict.Service.ToString()).Get() is { } service && service.Settings.DeployGroup == Name)
                members.Add((verdict.Deployment!.Value, service.Name));
        return _members = members;
    }
}

/// <summary>What a deploy group's grain keeps.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.DeployGroupState")]
public sealed record DeployGroupState
{
    [Id(0)] public GroupDecision Decision { get; init; }

    [Id(1)] public string Reason { get; init; } = "";
}
