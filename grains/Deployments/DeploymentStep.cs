namespace AutoDeploy.Deployments;

/// <summary>
/// Where a deployment stands, in the order of the pipeline. It is stored before the step begins, under the name that
/// <see cref="DeploymentStepNames"/> gives it.
/// </summary>
[GenerateSerializer, Alias("AutoDeploy.DeploymentStep")]
public enum DeploymentStep
{
    /// <summary>It has not begun.</summary>
    None,

    /// <summary>The version is looked up at the registry or in the repository.</summary>
    Resolve,

    /// <summary>The engine pulls the image.</summary>
    Pull,

    /// <summary>The engine builds the image.</summary>
    Build,

    /// <summary>The service's command before a deployment runs.</summary>
    PreDeploy,

    /// <summary>New containers are started, proven and given the service's name.</summary>
    Replace,

    /// <summary>All new containers serve; the old ones are stopped and kept while the new version is watched.</summary>
    Bake,

    /// <summary>All new containers serve; the old ones are kept until the others of the deploy group are as far.</summary>
    Group,

    /// <summary>The new version stays. The old containers are removed.</summary>
    Retire,

    /// <summary>The service's command after a deployment runs.</summary>
    PostDeploy,

    /// <summary>What nobody needs any more is removed: command containers, images.</summary>
    CleanUp,

    /// <summary>It failed or was canceled; what it did is being taken back.</summary>
    Compensating,

    /// <summary>The containers are stopped.</summary>
    Stop,

    /// <summary>The containers are removed.</summary>
    Remove,
}
