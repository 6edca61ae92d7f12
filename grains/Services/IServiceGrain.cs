using System.Collections.Immutable;
using AutoDeploy.Organizations;
using AutoDeploy.Sources;

namespace AutoDeploy.Services;

/// <summary>One service; the key is its uuid.</summary>
[Alias("AutoDeploy.IServiceGrain")]
public interface IServiceGrain : IGrainWithStringKey
{
    /// <summary>Creates it, not started. Conflict when the name is taken.</summary>
    [Alias("Create")]
    Task<ServiceReply> Create(string organization, string name, ServiceSettings settings);

    /// <summary>Hands over to the ledger what a crash, or a ledger that was away, has left. Repeating it changes nothing.</summary>
    [Alias("HandOver")]
    Task HandOver();

    /// <summary>The service as it is on disk, or null when there is none.</summary>
    [Alias("Get"), AlwaysInterleave]
    Task<Service?> Get();

    /// <summary>
    /// Replaces the settings, if they are still those of <paramref name="revision"/>; otherwise refused as
    /// <see cref="RefusalKind.Stale"/>: read again and repeat.
    /// </summary>
    [Alias("Configure")]
    Task<ServiceReply> Configure(ServiceSettings settings, long revision);

    /// <summary>
    /// Begins an operation that a person (or a trigger) asks for. Refused as a conflict, with the state, while another goes on or
    /// where the state does not allow it.
    /// </summary>
    [Alias("Begin")]
    Task<ServiceReply> Begin(OperationCommand command);

    /// <summary>
    /// A trigger was called: as <see cref="Begin"/>, but a redeploy waits for one that goes on, and many that wait are one. Refused when
    /// the service is stopped.
    /// </summary>
    [Alias("Pull")]
    Task<ServiceReply> BeginTriggered(OperationCommand command);

    /// <summary>
    /// Cancels a deployment: one that waits at once, one that goes on at its next safe point; then the old containers serve on. Refused as
    /// a
    /// conflict when it is too late for that.
    /// </summary>
    /// <param name="deploymentId">One of this service.</param>
    /// <param name="by">The person who asks.</param>
    [Alias("Cancel")]
    Task<ServiceReply> Cancel(Guid deploymentId, string by);

    /// <summary>Judges a push and records the verdict; a repeat answers the verdict on record.</summary>
    /// <param name="push">Of a source that the service subscribes to.</param>
    /// <param name="commit">What the repository says of a git push; null: not read yet, which is answered with what has to be read.</param>
    /// <param name="organization">What is set for the push's organization.</param>
    [Alias("Offer")]
    Task<EvaluateReply> Evaluate(Push push, PushedCommit? commit, OrganizationSettings organization);

    /// <summary>
    /// What holds its held push may be over: judges that again, and deploys it, skips it or goes on holding it. Repeating it changes
    /// nothing.
    /// </summary>
    [Alias("Reconsider")]
    Task ReevaluateHeld();

    /// <summary>A person approves the held push. Refused as a conflict when it is not held any more, or waits for no approval.</summary>
    /// <param name="verdictId">The verdict on it.</param>
    /// <param name="by">The person.</param>
    [Alias("Approve")]
    Task<ServiceReply> Approve(Guid verdictId, string by);

    /// <summary>A deployment of this service has found out what it goes for.</summary>
    /// <param name="deploymentId">One that has not ended.</param>
    /// <param name="version">A digest, or with a git source a commit.</param>
    [Alias("Resolved")]
    Task RecordResolvedVersion(Guid deploymentId, string version);

    /// <summary>
    /// A deployment of this service is through; the next may begin. Repeating it changes nothing, nor does one who has lost the deployment
    /// to another.
    /// </summary>
    [Alias("Ended")]
    Task Complete(DeploymentOutcome outcome);

    /// <summary>Something may have happened to its containers: looks and updates the state.</summary>
    /// <param name="stops">What somebody asked for meanwhile; it may be told late.</param>
    [Alias("Observe")]
    Task Observe(ImmutableArray<StopRequest> stops);

    /// <summary>
    /// The engine went away right after it had told of stopped containers: it was the engine that stopped them, not a person.
    /// </summary>
    [Alias("EngineLost")]
    Task MarkEngineLost();

    /// <summary>
    /// The engine is back, and the service ran when it went away: what is down and should run is started again, after what goes on.
    /// Repeating
    /// it changes nothing.
    /// </summary>
    [Alias("BringBack")]
    Task RestartAfterEngineLoss();

    /// <summary>Sees to it that the service's open deployments go on, after a crash.</summary>
    [Alias("Resume")]
    Task Resume();

    /// <summary>Forgets a terminated service for good; nothing happens if it is not terminated.</summary>
    [Alias("Forget")]
    Task Forget();
}
