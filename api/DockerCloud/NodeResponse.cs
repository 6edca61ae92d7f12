namespace AutoDeploy.Api.DockerCloud;

/// <param name="Engine">The engine's name, as services name it.</param>
/// <param name="ExternalFqdn">What the engine calls itself; its name while it does not answer.</param>
/// <param name="State">Deployed or Unreachable.</param>
/// <param name="LastSeen">Null while it does not answer.</param>
/// <param name="NodeCluster">A resource uri.</param>
public sealed record NodeResponse(
    Guid Uuid,
    string ResourceUri,
    string Engine,
    string ExternalFqdn,
    string State,
    string? LastSeen,
    string NodeCluster,
    string? DockerVersion,
    IReadOnlyList<TagResponse> Tags
);
