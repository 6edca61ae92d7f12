namespace AutoDeploy.Api.DockerCloud;

/// <param name="Keys">Public keys in PEM; one of them has to have signed.</param>
public sealed record CosignResponse(IReadOnlyList<string> Keys);
