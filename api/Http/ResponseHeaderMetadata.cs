namespace AutoDeploy.Api.Http;

/// <summary>The endpoint answers with this header.</summary>
public sealed record ResponseHeaderMetadata(int Status, string Name, string Description);
