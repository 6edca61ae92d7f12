namespace AutoDeploy.Services;

/// <summary>A container was to be stopped, killed or removed: a person asked for it, or we did.</summary>
/// <param name="Time">By the engine's clock.</param>
[GenerateSerializer, Immutable, Alias("AutoDeploy.StopRequest")]
public sealed record StopRequest([property: Id(0)] string ContainerId, [property: Id(1)] DateTimeOffset Time);
