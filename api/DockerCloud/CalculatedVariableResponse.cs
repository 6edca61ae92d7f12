namespace AutoDeploy.Api.DockerCloud;

/// <param name="Origin">Always user.</param>
public sealed record CalculatedVariableResponse(string Key, string Value, string Origin);
