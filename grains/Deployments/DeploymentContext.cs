using AutoDeploy.Deployments.Images;
using AutoDeploy.Deployments.Rollouts;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Volumes;

namespace AutoDeploy.Deployments;

/// <summary>
/// What the steps of one run share: the deployment as it is stored, the service, and what the steps before have found out. Where the
/// deployment stands is stored before each step and written to its log.
/// </summary>
internal sealed class DeploymentContext : IDisposable
{
    private readonly CancellationTokenSource _overdue;
    private readonly CancellationTokenSource _stop;
    private IRollout? _rollout;

    /// <param name="deployment">As it is stored.</param>
    /// <param name="service">As it is when the run begins.</param>
    /// <param name="tools">What the steps work with.</param>
    /// <param name="signals">What can stop the run.</param>
    /// <param name="engineWasAway">Containers that are down may have been stopped with the engine.</param>
    /// <param name="cancellationToken">The process or the grain ends; the run is resumed elsewhere.</param>
    public DeploymentContext(
        Deployment deployment,
        Service service,
        DeploymentTools tools,
        CancellationSignals signals,
        bool engineWasAway,
        CancellationToken cancellationToken
    )
    {
        Deployment = deployment;
        Service = service;
        Tools = tools;
        Signals = signals;
        EngineWasAway = engineWasAway;
        Tracer = new StepTracer(tools.Time);
        Engine = tools.Engines.Get(deployment.Engine);
        ImageSource = RolloutFactory.CreateImageSource(this);
        VolumeGeneration = VolumeGenerations.GetGeneration(service, deployment);
        VolumesRecorded = service.VolumesRecorded;
        _overdue = new CancellationTokenSource(GetTimeLeft(), tools.Time);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, signals.CanceledToken, _overdue.Token);
    }

    public Deployment Deployment { get; private set; }

    public Service Service { get; }

    public DeploymentTools Tools { get; }

    public CancellationSignals Signals { get; }

    public bool EngineWasAway { get; }

    public StepTracer Tracer { get; }

    public IEngine Engine { get; }

    public IImageSource ImageSource { get; }

    /// <summary>The set of volumes that the deployment's containers get.</summary>
    public int VolumeGeneration { get; }

    /// <summary>All volumes of the service are on record.</summary>
    public bool VolumesRecorded { get; set; }

    /// <summary>How far the step is, in numbers; kept in memory for those who ask meanwhile.</summary>
    public DeploymentProgress Progress { get; set; } = new();

    /// <summary>What the deployment brings the service to; null until it is resolved.</summary>
    public ServiceVersion? Version { get; set; }

    /// <summary>The image of <see cref="Version"/>; null until the engine has it.</summary>
    public EngineImage? Image { get; set; }

    /// <summary>Sentences that follow the result: what could not be cleaned up, a command that failed.</summary>
    public List<string> Remarks { get; } = [];

    /// <summary>The deployment is canceled, it takes too long as a whole, or the process ends.</summary>
    public CancellationToken StopToken => _stop.Token;

    /// <summary>The deployment takes longer as a whole than the service allows.</summary>
    public bool IsOverdue => _overdue.IsCancellationRequested;

    /// <summary>The deployment brings a version, rather than more containers of the one that is there.</summary>
    public bool BringsVersion =>
        Deployment.Operation == Operation.Redeploy || (Deployment.Operation == Operation.Start && Service.Current is null);

    /// <summary>A first version has nothing to go back to, so it is not watched.</summary>
    public bool Bakes => Service.Settings.BakeSeconds > 0 && Deployment.Operation == Operation.Redeploy && Service.Current is not null;

    public TimeSpan StopTimeout => TimeSpan.FromSeconds(Service.Settings.StopTimeout);

    /// <summary>What brings containers to the version on this kind of engine.</summary>
    public async Task<IRollout> GetRollout(CancellationToken cancellationToken) =>
        _rollout ??= await RolloutFactory.Create(this, cancellationToken);

    public Task Log(string line) => Tools.Ledger.AppendLog(Deployment.Uuid, [line], default);

    public Task Log(IReadOnlyList<string> lines) => Tools.Ledger.AppendLog(Deployment.Uuid, lines, default);

    /// <summary>Stores that the step begins.</summary>
    /// <exception cref="DeploymentFencedException">Another process has acquired the deployment.</exception>
    public Task EnterStep(DeploymentStep step, CancellationToken cancellationToken)
    {
        Tracer.Begin(step.GetName(), Signals);
        return Deployment.Step == step ? Task.CompletedTask : Save(Deployment with { Step = step }, cancellationToken);
    }

    /// <summary>As <see cref="EnterStep"/>, unless the deployment stands at a later step: a resumed run does not go back.</summary>
    public Task EnterPreparation(DeploymentStep step, CancellationToken cancellationToken) =>
        Deployment.Step.IsPreparation() ? EnterStep(step, cancellationToken) : Task.CompletedTask;

    // no async method: the caller's next work belongs to the step's span
    /// <exception cref="DeploymentFencedException">Nothing was stored.</exception>
    public Task Save(Deployment changed, CancellationToken cancellationToken)
    {
        if (changed.Step != DeploymentStep.None)
            Tracer.Begin(changed.Step.GetName(), Signals);
        Deployment = changed;
        return Write();

        async Task Write()
        {
            if (!await Tools.Ledger.UpdateDeployment(changed, cancellationToken))
                throw new DeploymentFencedException(changed.Uuid);
        }
    }

    /// <summary>Stores what the deployment goes for, and tells the service's grain.</summary>
    public async Task SaveVersion(Deployment changed, string version, CancellationToken cancellationToken)
    {
        await Save(changed, cancellationToken);
        await Tools.Grains.GetGrain<IServiceGrain>(changed.ServiceId.ToString()).RecordResolvedVersion(changed.Uuid, version);
    }

    /// <summary>Called before something that must not happen twice, when much time may have passed.</summary>
    /// <exception cref="DeploymentFencedException">Another process has acquired the deployment.</exception>
    public async Task ThrowIfFenced(CancellationToken cancellationToken)
    {
        if (
            await Tools.Ledger.FindDeployment(Deployment.Uuid, cancellationToken) is not { HasEnded: false } now
            || now.LeaseEpoch != Deployment.LeaseEpoch
        )
            throw new DeploymentFencedException(Deployment.Uuid);
    }

    /// <summary>Runs work with a limit of time. The time-out ends the deployment with a sentence: <c>WHAT within N s.</c></summary>
    /// <exception cref="DeploymentFailedException">The work took longer.</exception>
    public async Task<T> RunWithin<T>(int seconds, string what, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(seconds), Tools.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await work(either.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new DeploymentFailedException($"{what} within {seconds} s.");
        }
    }

    /// <summary>The deployment as it ends now.</summary>
    public Deployment End(DeploymentState state, string result) =>
        Deployment with
        {
            State = state,
            Result = result,
            Ended = Tools.Time.GetUtcNow(),
        };

    public void Dispose()
    {
        _stop.Dispose();
        _overdue.Dispose();
    }

    /// <summary>What is left of the time for the whole. A clock that was put back gives no more than there was.</summary>
    private TimeSpan GetTimeLeft()
    {
        var whole = TimeSpan.FromSeconds(Service.Settings.Limits.Whole + (Bakes ? Service.Settings.BakeSeconds : 0));
        var left = (Deployment.Started ?? Tools.Time.GetUtcNow()) + whole - Tools.Time.GetUtcNow();
        return left < TimeSpan.Zero ? TimeSpan.Zero
            : left > whole ? whole
            : left;
    }
}
