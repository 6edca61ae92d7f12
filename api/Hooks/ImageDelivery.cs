namespace AutoDeploy.Api.Hooks;

internal sealed record ImageDelivery(string? Image, string? Digest, string? Pusher, string? Name, string? Tag);
