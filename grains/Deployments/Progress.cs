using AutoDeploy.Services;

namespace AutoDeploy.Deployments;

/// <summary>How far one run of a deployment has come: kept in the ledger before the next step is taken, and told in its log.</summary>
internal sealed class Progress(Deployment deployment, DeploymentTools tools, Interruptions interruptions)
{
    public Deployment Deployment { get; private set; } = deployment;

    /// <summary>For who asks meanwhile; not kept.</summary>
    public DeploymentNumbers Numbers { get; set; } = new();

    public Interruptions Interruptions => interruptions;

    public StepTrace Trace { get; } = new(tools.Time);

    /// <summary>Something newer waits.</summary>
    public CancellationToken Superseded => interruptions.Superseded;

    public Task Log(string line) => tools.Ledger.Log(Deployment.Uuid, [line], default);

    public Task Log(IReadOnlyList<string> lines) => tools.Ledger.Log(Deployment.Uuid, lines, default);

    public Task At(string step, CancellationToken cancellationToken)
    {
        Trace.Begin(step, interruptions);
        return Deployment.Step == step ? Task.CompletedTask : Keep(Deployment with { Step = step }, cancellationToken);
    }

    /// <summary>A step on the way to containers; one that takes up again what had come further does not go back.</summary>
    public Task Towards(string step, CancellationToken cancellationToken) =>
        Steps.OnlyPrepare(Deployment.Step) ? At(step, cancellationToken) : Task.CompletedTask;

    /// <summary>Not an async method, so that what the caller does next is part of the step's span.</summary>
    /// <exception cref="TakenOverException">It is not kept.</exception>
    public Task Keep(Deployment changed, CancellationToken cancellationToken)
    {
        if (changed.Step.Length > 0)
            Trace.Begin(changed.Step, interruptions);
        Deployment = changed;
        return Write();

        async Task Write()
        {
            if (!await tools.Ledger.UpdateDeployment(changed, cancellationToken))
                throw new TakenOverException(changed.Uuid);
        }
    }

    /// <summary>Before something is done that must not be done twice, after a time in which much may have happened.</summary>
    /// <exception cref="TakenOverException">It was.</exception>
    public async Task ThrowIfTakenOver(CancellationToken cancellationToken)
    {
        if (await tools.Ledger.FindDeployment(Deployment.Uuid, cancellationToken) is not { HasEnded: false } now || now.TakenUp != Deployment.TakenUp)
            throw new TakenOverException(Deployment.Uuid);
    }

    /// <summary>Keeps what the deployment goes for, and tells the service.</summary>
    public async Task KeepVersion(Deployment changed, string version, CancellationToken cancellationToken)
    {
        await Keep(changed, cancellationToken);
        await tools.Grains.GetGrain<IServiceGrain>(changed.Service.ToString()).Resolved(changed.Uuid, version);
    }

    /// <summary>Runs something with a limit of time; running over it ends the deployment with a sentence.</summary>
    public static async Task<T> Within<T>(
        int seconds, string what, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(TimeSpan.FromSeconds(seconds));
        try
        {
            return await work(limited.Token);
        }
        catch (OperationCanceledException) when (limited.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new DeploymentFailedException($"{what} within {seconds} s.");
        }
    }

    public Deployment End(DeploymentState state, string result) =>
        Deployment with { State = state, Result = result, Ended = tools.Time.GetUtcNow() };
}
