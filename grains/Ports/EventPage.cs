using AutoDeploy.Events;

namespace AutoDeploy.Ports;

/// <param name="ReadTo">Up to this number there are no others of the organization.</param>
public sealed record EventPage(IReadOnlyList<LedgerEvent> Items, long ReadTo);
