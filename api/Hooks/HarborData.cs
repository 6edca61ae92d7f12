namespace AutoDeploy.Api.Hooks;

internal sealed record HarborData(IReadOnlyList<HarborResource?>? Resources);
