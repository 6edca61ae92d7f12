namespace AutoDeploy.Api.Hooks;

internal sealed record GoogleDelivery(GoogleMessage? Message, string? Action, string? Digest, string? Tag);
