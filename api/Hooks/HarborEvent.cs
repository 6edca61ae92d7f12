namespace AutoDeploy.Api.Hooks;

internal sealed record HarborEvent(string? Type);
