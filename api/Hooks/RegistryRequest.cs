namespace AutoDeploy.Api.Hooks;

internal sealed record RegistryRequest(string? Host);
