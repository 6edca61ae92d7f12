namespace AutoDeploy.Deployments.Rollouts;

/// <summary>A command that a service has run once for each deployment.</summary>
internal enum ServiceCommand
{
    PreDeploy,
    PostDeploy,
}
