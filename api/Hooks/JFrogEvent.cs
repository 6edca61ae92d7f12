namespace AutoDeploy.Api.Hooks;

internal sealed record JFrogEvent(string? Domain, string? EventType);
