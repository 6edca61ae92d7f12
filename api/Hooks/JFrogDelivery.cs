namespace AutoDeploy.Api.Hooks;

internal sealed record JFrogDelivery(JFrogData? Data, string? JpdOrigin);
