using System.Collections.Frozen;

namespace AutoDeploy.Deployments;

/// <summary>The names of the steps as the ledger, the API and telemetry have them, and what a position in the pipeline means.</summary>
public static class DeploymentStepNames
{
    private static readonly FrozenDictionary<DeploymentStep, string> Names = new Dictionary<DeploymentStep, string>
    {
        [DeploymentStep.None] = "",
        [DeploymentStep.Resolve] = "resolve",
        [DeploymentStep.Pull] = "pull",
        [DeploymentStep.Build] = "build",
        [DeploymentStep.PreDeploy] = "pre_deploy",
        [DeploymentStep.Replace] = "replace",
        [DeploymentStep.Bake] = "bake",
        [DeploymentStep.Group] = "group",
        [DeploymentStep.Retire] = "retire",
        [DeploymentStep.PostDeploy] = "post_deploy",
        [DeploymentStep.CleanUp] = "clean_up",
        [DeploymentStep.Compensating] = "back",
        [DeploymentStep.Stop] = "stop",
        [DeploymentStep.Remove] = "remove",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, DeploymentStep> Steps = Names.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    public static string GetName(this DeploymentStep step) => Names[step];

    /// <summary>
    /// The step with that name. A name that is not known was stored by another version, when containers may have been made already:
    /// <see cref="DeploymentStep.Replace"/> finds out what is there.
    /// </summary>
    public static DeploymentStep Parse(string name) => Steps.GetValueOrDefault(name, DeploymentStep.Replace);

    /// <summary>Nothing has been made yet that would have to be taken back.</summary>
    public static bool IsPreparation(this DeploymentStep step) => step <= DeploymentStep.Build;

    /// <summary>The new version stays, whatever happens: the old containers go.</summary>
    public static bool IsPastReturn(this DeploymentStep step) =>
        step is DeploymentStep.Retire or DeploymentStep.PostDeploy or DeploymentStep.CleanUp;

    /// <summary>All new containers serve.</summary>
    public static bool IsServing(this DeploymentStep step) => step is DeploymentStep.Bake or DeploymentStep.Group || step.IsPastReturn();
}
