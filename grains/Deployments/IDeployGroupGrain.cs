namespace AutoDeploy.Deployments;

/// <summary>
/// The deployments that one push led to for the services of one deploy group, which succeed or go back together. The key is the push's
/// uuid, a slash and the group's name.
/// </summary>
[Alias("AutoDeploy.IDeployGroupGrain")]
public interface IDeployGroupGrain : IGrainWithStringKey
{
    /// <summary>The deployment's new containers serve, and could stay.</summary>
    /// <returns>Whether they do; while others are not so far: ask again.</returns>
    [Alias("Ready")]
    Task<GroupReply> Ready(Guid deployment);

    /// <summary>The deployment does not want to stay, though it was ready.</summary>
    /// <returns>False: it is too late, the group stays.</returns>
    [Alias("Fail")]
    Task<bool> Fail(Guid deployment, string sentence);

    /// <summary>The deployment has ended; when all have, nothing is remembered any longer.</summary>
    [Alias("Ended")]
    Task Ended();
}

[GenerateSerializer, Alias("AutoDeploy.GroupDecision")]
public enum GroupDecision
{
    Waiting,
    Stay,
    GoBack,
}

/// <param name="Decision">For all deployments of the group.</param>
/// <param name="Reason">Why to go back, in a sentence.</param>
[GenerateSerializer, Immutable, Alias("AutoDeploy.GroupReply")]
public sealed record GroupReply([property: Id(0)] GroupDecision Decision, [property: Id(1)] string Reason);
