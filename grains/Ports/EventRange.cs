namespace AutoDeploy.Ports;

/// <param name="Trimmed">The number of the newest event that is no longer kept; 0: none.</param>
/// <param name="Last">The number of the newest event, of whatever organization; 0: none.</param>
public sealed record EventRange(long Trimmed, long Last);
