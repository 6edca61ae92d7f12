using AutoDeploy.Deployments.Images;
using AutoDeploy.Ports;

namespace AutoDeploy.Deployments.Rollouts;

/// <summary>
/// Chooses how a service is brought to a version on its engine, and how its images get there: the only place that asks for the engine's
/// kind. Whoever comes after takes the interfaces that it needs.
/// </summary>
internal static class RolloutFactory
{
    public static async Task<IRollout> Create(DeploymentContext context, CancellationToken cancellationToken)
    {
        switch (context.Engine.Kind)
        {
            case EngineKind.DockerHost:
                var engine = context.Tools.Engines.GetContainerEngine(context.Deployment.Engine);
                var references = await ServiceReferences.Load(context, cancellationToken);
                var volumes = new ServiceVolumes(context, engine);

                // while the containers of the version before tell which volumes they have; with a version on trial it is not decided yet
                // which counts
                if (context.Deployment.Step is not (DeploymentStep.Bake or DeploymentStep.Group))
                    await volumes.Load(cancellationToken);
                return new SlotRollout(context, engine, volumes, references);
            default:
                throw CreateUnknownKindException(context.Engine.Kind);
        }
    }

    public static IImageSource CreateImageSource(DeploymentContext context)
    {
        var (engines, name) = (context.Tools.Engines, context.Deployment.Engine);
        return context.Engine.Kind switch
        {
            EngineKind.DockerHost => context.Service.Settings.Git is null
                ? new RegistryImageSource(context, engines.GetContainerEngine(name))
                : new BuildImageSource(context, engines.GetImageBuilder(name), engines.GetContainerEngine(name)),
            _ => throw CreateUnknownKindException(context.Engine.Kind),
        };
    }

    private static NotSupportedException CreateUnknownKindException(EngineKind kind) =>
        new($"There is no way to deploy to an engine of the kind {kind}.");
}
