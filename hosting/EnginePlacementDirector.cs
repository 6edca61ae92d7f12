using AutoDeploy.Engines;
using AutoDeploy.Ports;
using Orleans.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Runtime.Placement;

namespace AutoDeploy.Hosting;

/// <summary>Where no silo reaches the engine any will do: its grain knows how to wait, and a call that fails would not.</summary>
internal sealed class EnginePlacementDirector(ISiloMetadataCache metadata, ILocalSiloDetails local, IEngineProvider engineProvider)
    : IPlacementFilterDirector
{
    public const string Key = "autodeploy.engines";

    public IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementTarget target, IEnumerable<SiloAddress> silos)
    {
        var engine = RunsOnEngineAttribute.GetEngine(target.GrainIdentity.Key.ToString()!);
        var all = silos.ToArray();
        var reaching = all.Where(silo => Reaches(silo, engine)).ToArray();
        return reaching.Length > 0 ? reaching : all;
    }

    /// <summary>What another silo reaches is known a moment after it has joined; until then it is taken to reach nothing.</summary>
    private bool Reaches(SiloAddress silo, string engine) =>
        silo.Equals(local.SiloAddress)
            ? engineProvider.Names.Contains(engine)
            : metadata.GetSiloMetadata(silo).Metadata.TryGetValue(Key, out var names) && names.Split(',').Contains(engine);
}
