namespace AutoDeploy.Api.DockerCloud;

public sealed record NodeClusterResponse(Guid Uuid, string ResourceUri, string Name);
