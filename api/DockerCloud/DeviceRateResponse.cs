namespace AutoDeploy.Api.DockerCloud;

public sealed record DeviceRateResponse(string Path, long Rate);
