namespace AutoDeploy.Api.DockerCloud;

public sealed record HttpCheckResponse(int Port, string Path);
