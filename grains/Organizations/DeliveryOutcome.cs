namespace AutoDeploy.Organizations;

/// <param name="Status">The HTTP status that was answered.</param>
/// <param name="Result">In words.</param>
/// <param name="PushIds">What was recorded or known already, as far as it is kept.</param>
public sealed record DeliveryOutcome(int Status, string Result, IReadOnlyList<Guid> PushIds);
