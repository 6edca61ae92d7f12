using AutoDeploy.Sources;

namespace AutoDeploy.Ports;

/// <param name="ReachedServiceId">The last subscriber that the fan-out is known to have served.</param>
public sealed record OpenPush(Push Push, Guid? ReachedServiceId);
