namespace AutoDeploy.Api.DockerCloud;

public sealed record VariableResponse(string Key, string Value);
