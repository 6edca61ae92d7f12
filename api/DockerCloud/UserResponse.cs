namespace AutoDeploy.Api.DockerCloud;

public sealed record UserResponse(string Username);
