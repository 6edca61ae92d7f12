namespace AutoDeploy.Api.DockerCloud;

public sealed record TagResponse(string Name);
