namespace AutoDeploy.Ports;

public sealed record Page<T>(int Total, IReadOnlyList<T> Items);
