using Orleans.Placement;

namespace AutoDeploy.Engines;

/// <summary>
/// The grain touches the engine that its key begins with (up to a slash, if there is one), so that it has to be on a silo that reaches
/// that engine. Where none does it is on any, and says so.
/// </summary>
public sealed class RunsOnEngineAttribute() : PlacementFilterAttribute(new RunsOnEngineFilter())
{
    /// <summary>The engine's name in a key.</summary>
    public static string GetEngine(string key) => key.IndexOf('/') is >= 0 and var slash ? key[..slash] : key;
}
