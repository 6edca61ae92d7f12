namespace AutoDeploy.Ports;

/// <param name="Id">Full, lower-case.</param>
/// <param name="Time">When it was committed.</param>
/// <param name="Message">As written, at most 64 KiB of it.</param>
public sealed record GitCommit(string Id, DateTimeOffset Time, string Message);
