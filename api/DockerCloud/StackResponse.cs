namespace AutoDeploy.Api.DockerCloud;

public sealed record StackResponse(Guid Uuid, string ResourceUri, string Name, string State);
