using AutoDeploy.Engines;
using AutoDeploy.Ports;
using Orleans.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Runtime.Placement;

namespace AutoDeploy.Hosting;

/// <summary>
/// Selects the silos that reach the grain's engine. If there is none, selects all: the grain can wait for one, while a failed placement
/// would only fail the call.
/// </summary>
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

    /// <summary>The metadata of a silo is known a moment after it joins. Until then it counts as reaching no engine.</summary>
    private bool Reaches(SiloAddress silo, string engine) =>
        silo.Equals(local.SiloAddress)
            ? engineProvider.Names.Contains(engine)
            : metadata.GetSiloMetadata(silo).Metadata.TryGetValue(Key, out var names) && names.Split(',').Contains(engine);
}
