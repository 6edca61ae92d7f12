using System.Collections.Immutable;

namespace AutoDeploy.Deployments;

/// <summary>
/// Lets so many deployments at a time work on one engine; the key is the engine's name. The others wait, persons' before pushes'.
/// </summary>
[Alias("AutoDeploy.IDeploymentQueueGrain")]
public interface IDeploymentQueueGrain : IGrainWithStringKey
{
    /// <summary>Lines up, unless it is there already, and waits for a while.</summary>
    /// <param name="deploymentId">One that has not ended.</param>
    /// <param name="byPerson">Goes before those of pushes.</param>
    /// <param name="cancellationToken">Ends the wait; it keeps its place.</param>
    /// <returns>0: it may go on. Otherwise its place in the line: ask again.</returns>
    [Alias("Enter"), AlwaysInterleave]
    Task<int> Enter(Guid deploymentId, bool byPerson, CancellationToken cancellationToken = default);

    /// <summary>It works on the engine already, since before a crash: it need not wait again.</summary>
    [Alias("Hold"), AlwaysInterleave]
    Task Hold(Guid deploymentId);

    /// <summary>It is through, or wants no place any more.</summary>
    [Alias("Leave"), AlwaysInterleave]
    Task Leave(Guid deploymentId);

    /// <summary>Those that wait, the next one first.</summary>
    [Alias("Line"), AlwaysInterleave]
    Task<ImmutableArray<Guid>> ListWaiting();
}
