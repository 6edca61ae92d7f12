using Orleans.Placement;

namespace AutoDeploy.Engines;

/// <summary>Says that there is a choice to be made among the silos; whoever hosts the grains registers who makes it.</summary>
public sealed class RunsOnEngineFilter() : PlacementFilterStrategy(order: 0);
