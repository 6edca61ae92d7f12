namespace AutoDeploy.Api.DockerCloud;

public sealed record DeviceWeightResponse(string Path, long Weight);
