using AutoDeploy.Ports;
using AutoDeploy.Volumes;

namespace AutoDeploy.Deployments.Rollouts;

/// <summary>How a slot's new container is made.</summary>
/// <param name="Volumes">Those that it gets.</param>
/// <param name="Mounts">All that it will have, also what it has from other services' containers.</param>
internal sealed record SlotPlan(ContainerSpec Spec, IReadOnlyList<VolumeUse> Volumes, IReadOnlyList<EngineMount> Mounts);
