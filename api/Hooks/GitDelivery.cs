namespace AutoDeploy.Api.Hooks;

internal sealed record GitDelivery(string? Repository, string? Ref, string? After, string? Pusher);
