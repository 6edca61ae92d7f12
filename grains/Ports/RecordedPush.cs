using AutoDeploy.Sources;

namespace AutoDeploy.Ports;

/// <param name="Push">As it is on record.</param>
/// <param name="New">This call recorded it; false for a repeat.</param>
public sealed record RecordedPush(Push Push, bool New);
