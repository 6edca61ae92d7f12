namespace AutoDeploy.Api.Http;

/// <summary>The endpoint reads these parameters from the query.</summary>
public sealed record QueryMetadata(IReadOnlyList<QueryParameter> Parameters);
