using AutoDeploy.Deployments;

namespace AutoDeploy.Services;

/// <summary>What a person, a trigger or an engine that is back asks of a service: one record per operation.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.OperationCommand")]
public abstract record OperationCommand
{
    private protected OperationCommand() { }

    /// <summary>Who asks.</summary>
    [Id(0)]
    public required DeploymentCause Cause { get; init; }

    /// <summary>Also in a freeze, and while a deployment window is closed; to terminate, also when the engine does not answer.</summary>
    [Id(1)]
    public bool Force { get; init; }

    public abstract Operation Operation { get; }

    /// <summary>Why the service cannot do it, in a sentence, where its state allows the operation; null when it can.</summary>
    public virtual string? FindObjection(Service service) => null;

    /// <summary>Whether the service may run another version afterwards: that waits for freezes and deployment windows.</summary>
    public virtual bool MayBringNewVersion(Service service) => false;

    /// <summary>The deployment as the command wants it.</summary>
    /// <param name="deployment">Of this operation, with nothing else set.</param>
    /// <param name="service">As it is before the deployment.</param>
    public virtual Deployment ApplyTo(Deployment deployment, Service service) => deployment;

    /// <summary>The same as a deployment that has ended, for the same version as far as that was known.</summary>
    public static OperationCommand RetryOf(Deployment deployment, DeploymentCause cause) =>
        deployment.Operation switch
        {
            Operation.Start => new StartCommand { Cause = cause, Target = DeploymentTarget.Of(deployment) },
            Operation.Stop => new StopCommand { Cause = cause },
            Operation.Scale => new ScaleCommand
            {
                Cause = cause,
                Target = DeploymentTarget.Of(deployment),
                Body = deployment.Body,
            },
            Operation.Terminate => new TerminateCommand { Cause = cause, RemoveVolumes = deployment.RemoveVolumes },
            _ when deployment.RollbackTime is not null => new RollbackCommand
            {
                Cause = cause,
                Version = DeploymentTarget.Of(deployment).Version,
            },
            _ => new RedeployCommand
            {
                Cause = cause,
                Target = DeploymentTarget.Of(deployment),
                ReuseVolumes = deployment.ReuseVolumes,
                Body = deployment.Body,
            },
        };
}
