namespace AutoDeploy.Api.Hooks;

internal sealed record GiteaPackageDelivery(string? Action, GiteaPackage? Package, GiteaUser? Sender);
