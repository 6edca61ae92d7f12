namespace AutoDeploy.Api.Hooks;

internal sealed record RegistryActor(string? Name);
