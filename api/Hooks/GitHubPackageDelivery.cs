namespace AutoDeploy.Api.Hooks;

internal sealed record GitHubPackageDelivery(string? Action, GitHubPackage? Package, GitHubPackage? RegistryPackage, GitHubUser? Sender);
