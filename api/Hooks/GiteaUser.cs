namespace AutoDeploy.Api.Hooks;

internal sealed record GiteaUser(string? Login, string? Username);
