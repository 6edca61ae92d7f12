namespace AutoDeploy.Api.Http;

/// <summary>The endpoint reads a body with these members, whatever its content type.</summary>
public sealed record BodyMetadata(IJsonBinder Members, bool Creating);
