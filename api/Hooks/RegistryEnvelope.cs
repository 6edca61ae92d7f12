namespace AutoDeploy.Api.Hooks;

internal sealed record RegistryEnvelope(IReadOnlyList<RegistryEvent?>? Events);
