namespace AutoDeploy.Api.Http;

/// <summary>A query parameter as the OpenAPI document tells of it.</summary>
public sealed record QueryParameter(string Name, string Description, QueryType Type = QueryType.Text);
