namespace AutoDeploy.Services;

/// <summary>A weight or rate for a device of the host.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.DeviceRate")]
public sealed record DeviceRate([property: Id(0)] string Path, [property: Id(1)] long Value);
