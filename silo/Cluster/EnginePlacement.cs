using System.Reflection;
using AutoDeploy.Engines;
using AutoDeploy.Ports;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Metadata;
using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Runtime.Placement;

namespace AutoDeploy.Silo.Cluster;

/// <summary>Grains that touch an engine (<see cref="RunsOnEngineAttribute"/>) are placed on silos that reach it; silos tell each other which those are.</summary>
public static class EnginePlacementHosting
{
    /// <param name="engines">The names of the engines that this silo reaches.</param>
    public static ISiloBuilder AddEnginePlacement(this ISiloBuilder silo, IEnumerable<string> engines)
    {
        silo.UseSiloMetadata(new Dictionary<string, string> { [EnginePlacementDirector.Key] = string.Join(',', engines) });
        silo.Services.AddPlacementFilter<EnginePlacement, EnginePlacementDirector>(ServiceLifetime.Transient);
        silo.Services.AddSingleton<IGrainPropertiesProvider, EngineGrainProperties>();
        return silo;
    }
}

/// <summary>Says nothing but that there is a choice to be made.</summary>
internal sealed class EnginePlacement() : PlacementFilterStrategy(order: 0);

/// <summary>Tells Orleans of the filter where our attribute is.</summary>
internal sealed class EngineGrainProperties(IServiceProvider services) : IGrainPropertiesProvider
{
    private readonly EnginePlacement _placement = new();

    public void Populate(Type grainClass, GrainType grainType, Dictionary<string, string> properties)
    {
        if (grainClass.GetCustomAttribute<RunsOnEngineAttribute>() is not null)
            _placement.PopulateGrainProperties(services, grainClass, grainType, properties);
    }
}

/// <summary>Where no silo reaches the engine any will do: its grain knows how to wait, and a call that fails would not.</summary>
internal sealed class EnginePlacementDirector(ISiloMetadataCache metadata, ILocalSiloDetails local, IEngines engines) : IPlacementFilterDirector
{
    public const string Key = "autodeploy.engines";

    public IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementTarget target, IEnumerable<SiloAddress> silos)
    {
        var engine = RunsOnEngineAttribute.Engine(target.GrainIdentity.Key.ToString()!);
        var all = silos.ToArray();
        var reaching = all.Where(silo => Reaches(silo, engine)).ToArray();
        return reaching.Length > 0 ? reaching : all;
    }

    /// <summary>What another silo reaches is known a moment after it has joined; until then it is taken to reach nothing.</summary>
    private bool Reaches(SiloAddress silo, string engine) => silo.Equals(local.SiloAddress)
        ? engines.Names.Contains(engine)
        : metadata.GetSiloMetadata(silo).Metadata.TryGetValue(Key, out var names) && names.Split(',').Contains(engine);
}
