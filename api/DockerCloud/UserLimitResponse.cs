namespace AutoDeploy.Api.DockerCloud;

public sealed record UserLimitResponse(long Soft, long Hard);
