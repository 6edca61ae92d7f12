using AutoDeploy.Deployments;
using AutoDeploy.Services;

namespace AutoDeploy.Ports;

/// <summary>What each push meant for each service. Lists answer the newest first unless they say otherwise.</summary>
public interface IVerdictStore
{
    /// <summary>
    /// Records a verdict and, for a deploy, its deployment, and cancels the one whose place it takes, all in one step. False, and
    /// nothing is recorded, when the service has a verdict for that push already. What the service held before is superseded by what is
    /// deployed or held.
    /// </summary>
    Task<bool> Decide(Verdict verdict, Deployment? deployment, Guid? supersededId, CancellationToken cancellationToken);

    /// <summary>
    /// What becomes of a held push: writes kind, reason, detail, deployment, time and approval of its verdict, with its deployment as
    /// <see cref="Decide"/> does, all in one step. False, and nothing is written, when it is not held any more.
    /// </summary>
    Task<bool> ReplaceDecision(Verdict verdict, Deployment? deployment, Guid? supersededId, CancellationToken cancellationToken);

    /// <summary>Whatever the service holds is superseded.</summary>
    Task DropHeld(Guid serviceId, CancellationToken cancellationToken);

    /// <summary>Services that hold a push: all, or those that hold one until <paramref name="due"/> or an earlier time.</summary>
    Task<IReadOnlyList<Guid>> ListHeldServices(DateTimeOffset? due, CancellationToken cancellationToken);

    Task<Verdict?> FindVerdict(Guid pushId, Guid serviceId, CancellationToken cancellationToken);

    /// <summary>The verdicts on a push that led to deployments.</summary>
    Task<IReadOnlyList<Verdict>> ListDeployingVerdicts(Guid pushId, CancellationToken cancellationToken);

    /// <summary>The verdict with this uuid, if it is one of the service.</summary>
    Task<VerdictWithPush?> FindVerdictOfService(Guid serviceId, Guid uuid, CancellationToken cancellationToken);

    Task<Page<VerdictWithPush>> ListVerdicts(Guid serviceId, int limit, int offset, CancellationToken cancellationToken);
}
