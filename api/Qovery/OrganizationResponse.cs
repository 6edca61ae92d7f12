namespace AutoDeploy.Api.Qovery;

/// <summary>An organization; a fresh installation has one.</summary>
/// <param name="Plan">Always ENTERPRISE: nothing is held back.</param>
public sealed record OrganizationResponse(Guid Id, string CreatedAt, string Name, string Plan);
