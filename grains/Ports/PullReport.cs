namespace AutoDeploy.Ports;

/// <param name="Line">One line for a person, without secrets; null: only the numbers have changed.</param>
/// <param name="Bytes">So many have come.</param>
/// <param name="Total">So many are known to have to come; it grows while the pull begins.</param>
public sealed record PullReport(string? Line, long Bytes, long Total);
