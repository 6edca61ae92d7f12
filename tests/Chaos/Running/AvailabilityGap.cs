using AutoDeploy.Testing;

namespace AutoDeploy.Chaos.Tests.Running;

/// <param name="At">By the clock of <see cref="UptimeClock"/>.</param>
public sealed record AvailabilityGap(string Name, double At);
