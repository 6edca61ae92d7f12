using AutoDeploy.Ports;
using AutoDeploy.Services;

namespace AutoDeploy.Deployments.Rollouts;

/// <summary>What a service's containers refer to of other services, as it is when the run begins.</summary>
/// <param name="VolumesFrom">The containers whose volumes the bindings ask for, by service id.</param>
/// <param name="LinkedNames">The DNS names of the services linked to, by service id.</param>
internal sealed record ServiceReferences(
    IReadOnlyDictionary<Guid, IReadOnlyList<EngineContainer>> VolumesFrom,
    IReadOnlyDictionary<Guid, string> LinkedNames
)
{
    public static async Task<ServiceReferences> Load(DeploymentContext context, CancellationToken cancellationToken)
    {
        var settings = context.Service.Settings;
        var volumesFrom = new Dictionary<Guid, IReadOnlyList<EngineContainer>>();
        foreach (var otherId in settings.Container.Bindings.Select(binding => binding.VolumesFrom).OfType<Guid>().Distinct())
            volumesFrom[otherId] = await context.Engine.List(otherId, cancellationToken);
        var linkedNames = new Dictionary<Guid, string>();
        foreach (var link in settings.Links)
            if (await context.Tools.Grains.GetGrain<IServiceGrain>(link.ServiceId.ToString()).Get() is { } target)
                linkedNames[link.ServiceId] = target.Name;
        return new ServiceReferences(volumesFrom, linkedNames);
    }
}
