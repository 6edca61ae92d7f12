namespace AutoDeploy.Ports;

/// <param name="ServiceId">The service of the container concerned; empty for <see cref="EngineEventKind.Connected"/>.</param>
public sealed record EngineEvent(EngineEventKind Kind, Guid ServiceId, string ContainerId, DateTimeOffset Time);
