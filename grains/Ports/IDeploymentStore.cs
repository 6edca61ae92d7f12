using AutoDeploy.Deployments;

namespace AutoDeploy.Ports;

/// <summary>Deployments and their logs. Lists answer the newest first unless they say otherwise.</summary>
public interface IDeploymentStore
{
    Task AddDeployment(Deployment deployment, CancellationToken cancellationToken);

    Task<Deployment?> FindDeployment(Guid uuid, CancellationToken cancellationToken);

    /// <summary>Deployments of one service (null: of all) without an end, oldest first.</summary>
    Task<IReadOnlyList<Deployment>> ListOpenDeployments(Guid? serviceId, CancellationToken cancellationToken);

    Task<Page<Deployment>> ListDeployments(DeploymentFilter filter, int limit, int offset, CancellationToken cancellationToken);

    /// <summary>
    /// For who begins to work on a deployment or goes on with it: answers it, counted once more; null when it has ended. From then on
    /// whoever
    /// did so before has lost it.
    /// </summary>
    Task<Deployment?> Acquire(Guid deploymentId, CancellationToken cancellationToken);

    /// <summary>
    /// For who stops to work on a deployment that has not ended. A process that wrote that one is in progress, and is gone without this,
    /// has lost it: who takes
    /// it up next, in another process, finds that counted (<see cref="Deployment.Lost"/>).
    /// </summary>
    Task HandOver(Deployment deployment, CancellationToken cancellationToken);

    /// <summary>
    /// Writes state, image, digest, commit and its repository, step, result, start, switch, end and failures of a deployment, and whether
    /// it was
    /// rolled back, unless it has ended already or somebody else has taken it up meanwhile; says whether it was written.
    /// </summary>
    Task<bool> UpdateDeployment(Deployment deployment, CancellationToken cancellationToken);

    /// <summary>Remembers who wants a deployment to be canceled, the first one; false when it has ended.</summary>
    Task<bool> RequestCancel(Guid deploymentId, string by, CancellationToken cancellationToken);

    /// <summary>Adds lines to a deployment's log; a text with line ends becomes several lines.</summary>
    Task AppendLog(Guid deploymentId, IReadOnlyList<string> lines, CancellationToken cancellationToken);

    /// <summary>Lines after the given number, oldest first.</summary>
    Task<IReadOnlyList<LogLine>> ReadLog(Guid deploymentId, long after, int limit, CancellationToken cancellationToken);
}
