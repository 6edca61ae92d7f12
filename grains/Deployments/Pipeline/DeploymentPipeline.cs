using System.Collections.Immutable;
using AutoDeploy.Services;

namespace AutoDeploy.Deployments.Pipeline;

/// <summary>
/// The steps of a deployment in their order. A run begins at the step that is stored, goes on to the end, and takes back what was done when
/// a step fails or the deployment is canceled.
/// </summary>
internal sealed class DeploymentPipeline(params IReadOnlyList<IDeploymentStep> steps)
{
    /// <summary>A deployment that took so many processes down with it is failed.</summary>
    private const int MaxLost = 2;

    /// <summary>Redeploy, start and scale: steps that have nothing to do for one of them do nothing.</summary>
    private static readonly DeploymentPipeline Roll = new(
        new ResolveVersionStep(),
        new AcquireImageStep(),
        new PreDeployCommandStep(),
        new ReplaceContainersStep(),
        new BakeStep(),
        new WaitForGroupStep(),
        new RetireStep(),
        new PostDeployCommandStep(),
        new CleanUpStep()
    );

    private static readonly DeploymentPipeline Stop = new(new StopContainersStep());

    private static readonly DeploymentPipeline Terminate = new(new RemoveContainersStep());

    public static DeploymentPipeline For(Operation operation) =>
        operation switch
        {
            Operation.Stop => Stop,
            Operation.Terminate => Terminate,
            _ => Roll,
        };

    /// <summary>Runs the deployment from where it stands to its end.</summary>
    /// <param name="context">Of this run.</param>
    /// <param name="cancellationToken">The process ends; the run is resumed later, here or elsewhere.</param>
    /// <exception cref="Ports.EngineException">The engine does not answer. The run is to be repeated when it does.</exception>
    /// <exception cref="DeploymentFencedException">Another process has acquired the deployment.</exception>
    public async Task<DeploymentOutcome> Run(DeploymentContext context, CancellationToken cancellationToken)
    {
        try
        {
            var stored = context.Deployment.Step;
            if (stored == DeploymentStep.Compensating)
            {
                await steps[0].ExecuteAsync(context, cancellationToken);
                throw new DeploymentFailedException(context.Deployment.Result, context.Deployment.IsBlameless);
            }

            var next = 0;
            if (CanGoBack(context) && !stored.IsPastReturn())
            {
                // with the version known, what was made can be taken back
                if (!stored.IsPreparation())
                    await steps[next++].ExecuteAsync(context, cancellationToken);
                ThrowIfLostTooOften(context.Deployment);
                context.StopToken.ThrowIfCancellationRequested();
            }

            for (; next < steps.Count; next++)
            {
                var step = steps[next];
                if (step.Position < stored && !step.IsRepeated(stored))
                    continue;
                if (await Execute(step, context, cancellationToken) is { End: { } sentence })
                    return await Succeed(context, sentence, null, cancellationToken);
            }
        }
        catch (OperationCanceledException)
            when (!cancellationToken.IsCancellationRequested
                && (context.StopToken.IsCancellationRequested || context.Signals.SupersededToken.IsCancellationRequested)
            )
        {
            return context.Signals.CanceledToken.IsCancellationRequested
                    ? await Compensate(context, DeploymentState.Canceled, $"Canceled by {context.Signals.CanceledBy}.", cancellationToken)
                : context.IsOverdue
                    ? await Compensate(
                        context,
                        DeploymentState.Failed,
                        $"It was not through within {context.Service.Settings.Limits.Whole} s.",
                        cancellationToken
                    )
                : await Compensate(
                    context,
                    DeploymentState.Canceled,
                    "Superseded by a newer push while it was being built.",
                    cancellationToken
                );
        }
        catch (Exception failure) when (GetSentence(context, failure, cancellationToken) is { } sentence)
        {
            var isCanceled = context.Deployment is { Step: DeploymentStep.Compensating, CancelRequestedBy: not null };
            return await Compensate(
                context,
                isCanceled ? DeploymentState.Canceled : DeploymentState.Failed,
                sentence,
                cancellationToken,
                isBlameless: failure is DeploymentFailedException { IsBlameless: true }
            );
        }

        return await Succeed(
            context,
            context.Deployment.Operation == Operation.Scale
                ? $"{context.Service.Name} has {context.Service.Settings.TargetContainers} container(s)."
                : $"{context.Service.Name} runs {context.Version}.",
            GetNewVersion(context),
            cancellationToken
        );
    }

    private static bool CanGoBack(DeploymentContext context) => context.Deployment.Operation is not (Operation.Stop or Operation.Terminate);

    /// <summary>What takes the process down each time would do so for ever, and take all other deployments with it.</summary>
    /// <exception cref="DeploymentFailedException">It is not tried again.</exception>
    private static void ThrowIfLostTooOften(Deployment deployment)
    {
        if (deployment.Lost < MaxLost)
            return;
        var step = deployment.Step == DeploymentStep.None ? "" : $", the last time at the step \"{deployment.Step.GetName()}\"";
        throw new DeploymentFailedException(
            $"The AutoDeploy process that worked on it was killed or crashed {deployment.Lost} times{step}; it is not tried again "
                + "by itself."
        );
    }

    /// <summary>Executes a step within its time. What fails when the new version stays already is only remarked on.</summary>
    private static async Task<StepResult> Execute(IDeploymentStep step, DeploymentContext context, CancellationToken cancellationToken)
    {
        try
        {
            return step.GetTimeout(context) is { } timeout
                ? await context.RunWithin(timeout.Seconds, timeout.What, token => step.ExecuteAsync(context, token), cancellationToken)
                : await step.ExecuteAsync(context, cancellationToken);
        }
        catch (Exception failure) when (step.Position.IsPastReturn() && GetSentence(context, failure, cancellationToken) is { } sentence)
        {
            context.Remarks.Add($"{sentence} The new version stays.");
            return StepResult.Continue;
        }
    }

    /// <summary>The version that runs because of the deployment; null: the one that ran before.</summary>
    private static ServiceVersion? GetNewVersion(DeploymentContext context) =>
        context.Deployment.Operation == Operation.Redeploy || context.Version!.Digest != context.Service.Current?.Digest
            ? context.Version
            : null;

    /// <summary>
    /// Takes back what was done, last step first. That it failed, why and whose fault it is is stored before, so that a crash does not make
    /// it try again. What stop and terminate have done is not taken back.
    /// </summary>
    private async Task<DeploymentOutcome> Compensate(
        DeploymentContext context,
        DeploymentState state,
        string sentence,
        CancellationToken cancellationToken,
        bool isBlameless = false
    )
    {
        var deployment = context.Deployment;
        if (!CanGoBack(context))
            return await End(context, state, sentence, cancellationToken);

        var reached = deployment.Step;
        if (reached != DeploymentStep.Compensating)
            await context.Log(sentence);
        if (!reached.IsPreparation())
        {
            var isRolledBack = deployment.RolledBack || reached is DeploymentStep.Bake or DeploymentStep.Group;
            await context.Save(
                deployment with
                {
                    Step = DeploymentStep.Compensating,
                    Result = sentence,
                    RolledBack = isRolledBack,
                    IsBlameless = isBlameless,
                },
                cancellationToken
            );
        }

        var last = steps.TakeWhile(step => step.Position < reached).Count();
        for (var index = Math.Min(last, steps.Count - 1); index >= 0; index--)
            await steps[index].CompensateAsync(context, cancellationToken);
        var outcome = await End(context, state, sentence, cancellationToken);
        return state == DeploymentState.Failed && !isBlameless ? outcome with { Failed = GetFailedVersion(context) } : outcome;
    }

    /// <summary>What failed, so that no push has it tried again; null when it is what runs.</summary>
    private static string? GetFailedVersion(DeploymentContext context)
    {
        var (deployment, service) = (context.Deployment, context.Service);
        if (!context.BringsVersion)
            return null;
        return service.Settings.Git is null
            ? context.Version?.Digest == service.Current?.Digest
                ? null
                : context.Version?.Digest
            : deployment.Commit == service.Current?.Commit
                ? null
                : deployment.Commit;
    }

    private static async Task<DeploymentOutcome> Succeed(
        DeploymentContext context,
        string result,
        ServiceVersion? version,
        CancellationToken cancellationToken
    )
    {
        var outcome = await End(context, DeploymentState.Success, string.Join(' ', [result, .. context.Remarks]), cancellationToken);
        return outcome with
        {
            Version = version,
            ContainerRevision = context.Service.ContainerRevision,
            VolumeGeneration = version is null ? null : context.VolumeGeneration,
        };
    }

    private static async Task<DeploymentOutcome> End(
        DeploymentContext context,
        DeploymentState state,
        string result,
        CancellationToken cancellationToken
    ) =>
        new()
        {
            Deployment = context.End(state, result),
            Containers = await ListContainers(context, cancellationToken),
            VolumesRecorded = context.VolumesRecorded,
        };

    private static async Task<ImmutableArray<ContainerView>> ListContainers(DeploymentContext context, CancellationToken cancellationToken)
    {
        try
        {
            return ContainerViewMapper.From(await context.Engine.List(context.Service.Uuid, cancellationToken));
        }
        catch (Exception failure)
            when (DeploymentFailure.IsLastUnexpected(context.Deployment, failure) && !cancellationToken.IsCancellationRequested)
        {
            return context.Service.Containers;
        }
    }

    /// <summary>The sentence that a failure ends the deployment with; null: it does not end it, or the process ends.</summary>
    private static string? GetSentence(DeploymentContext context, Exception failure, CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested && failure is OperationCanceledException
            ? null
            : DeploymentFailure.GetSentence(context.Deployment, failure);
}
