namespace AutoDeploy.Api.Http;

/// <summary>The endpoint reads a body that others define.</summary>
public sealed record ForeignBodyMetadata(string Description, IReadOnlyList<string> ContentTypes);
