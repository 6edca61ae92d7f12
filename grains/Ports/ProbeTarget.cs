namespace AutoDeploy.Ports;

/// <param name="Path">An HTTP path: any answer from 200 to 399 is well. Null: a TCP connection that opens is well.</param>
public sealed record ProbeTarget(int Port, string? Path);
