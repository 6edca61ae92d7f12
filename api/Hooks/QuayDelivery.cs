namespace AutoDeploy.Api.Hooks;

internal sealed record QuayDelivery(string? DockerUrl, IReadOnlyList<string?>? UpdatedTags);
