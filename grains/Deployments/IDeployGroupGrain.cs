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
    Task<DeployGroupReply> ReportReady(Guid deploymentId);

    /// <summary>The deployment does not want to stay, though it was ready.</summary>
    /// <returns>False: it is too late, the group stays.</returns>
    [Alias("Fail")]
    Task<bool> ReportFailure(Guid deploymentId, string sentence);

    /// <summary>The deployment has ended; when all have, nothing is remembered any longer.</summary>
    [Alias("Ended")]
    Task ReportEnded();
}
