namespace AutoDeploy.Deployments;

/// <summary>
/// One deployment; the key is its engine's name, a slash and its uuid, see <see cref="DeploymentGrainExtensions"/>. It runs on its own
/// timer, step by step, never inside a call.
/// </summary>
[Alias("AutoDeploy.IDeploymentGrain")]
public interface IDeploymentGrain : IGrainWithStringKey
{
    /// <summary>Sees to it that the deployment runs, from where it stands; returns at once.</summary>
    [Alias("Run"), AlwaysInterleave]
    Task Run();

    /// <summary>
    /// Something newer waits: a deployment from a git source that is still being built is stopped, one that bakes
    /// is through; one that has begun to change containers goes on to its end. Returns at once.
    /// </summary>
    [Alias("Supersede"), AlwaysInterleave]
    Task Supersede();

    /// <summary>That it is to be canceled is in the ledger; a run that goes on is told. Returns at once.</summary>
    /// <param name="by">The person who asks.</param>
    [Alias("Cancel"), AlwaysInterleave]
    Task Cancel(string by);

    /// <summary>How far a run that goes on is; without any number when none does.</summary>
    [Alias("Numbers"), AlwaysInterleave]
    Task<DeploymentProgress> GetProgress();
}
