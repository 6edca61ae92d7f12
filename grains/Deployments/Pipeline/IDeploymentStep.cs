namespace AutoDeploy.Deployments.Pipeline;

/// <summary>
/// A step of a deployment. It finds out from the engine what has already happened before it acts, so that it can be repeated after a crash
/// at any point of it.
/// </summary>
internal interface IDeploymentStep
{
    /// <summary>The last stored position that belongs to this step; see <see cref="DeploymentStep"/>.</summary>
    DeploymentStep Position { get; }

    /// <summary>
    /// Whether a resumed run executes the step again though it had come further: steps that only find things out, and that later steps
    /// build on.
    /// </summary>
    /// <param name="stored">Where the deployment stood.</param>
    bool IsRepeated(DeploymentStep stored) => false;

    /// <summary>
    /// The longest that the step may take; null: its parts have limits of their own, which their sentences name, or none but the
    /// deployment's whole.
    /// </summary>
    StepTimeout? GetTimeout(DeploymentContext context) => null;

    /// <summary>Does the step's work.</summary>
    /// <param name="context">What the steps share. Its <see cref="DeploymentContext.StopToken"/> ends what may be given up.</param>
    /// <param name="cancellationToken">The process ends, or the step's time is over.</param>
    /// <exception cref="DeploymentFailedException">The deployment cannot succeed; the message is its result.</exception>
    Task<StepResult> ExecuteAsync(DeploymentContext context, CancellationToken cancellationToken);

    /// <summary>Takes back what the step did, as far as it did anything.</summary>
    Task CompensateAsync(DeploymentContext context, CancellationToken cancellationToken) => Task.CompletedTask;
}
