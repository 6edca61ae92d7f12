using AutoDeploy.Engines;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace AutoDeploy.Hosting;

/// <summary>
/// Places grains with <see cref="RunsOnEngineAttribute"/> on silos that reach their engine. Silos publish the names of their engines as
/// silo metadata.
/// </summary>
public static class EnginePlacementHosting
{
    /// <param name="engines">The names of the engines that this silo reaches.</param>
    public static ISiloBuilder AddEnginePlacement(this ISiloBuilder silo, IEnumerable<string> engines)
    {
        silo.UseSiloMetadata(new Dictionary<string, string> { [EnginePlacementDirector.Key] = string.Join(',', engines) });
        silo.Services.AddPlacementFilter<RunsOnEngineFilter, EnginePlacementDirector>(ServiceLifetime.Transient);
        return silo;
    }
}
