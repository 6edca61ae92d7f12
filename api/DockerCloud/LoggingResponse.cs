namespace AutoDeploy.Api.DockerCloud;

public sealed record LoggingResponse(string Driver, IReadOnlyDictionary<string, string> Options);
