namespace AutoDeploy.Api.DockerCloud;

public sealed record TcpCheckResponse(int Port);
