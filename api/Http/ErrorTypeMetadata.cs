namespace AutoDeploy.Api.Http;

/// <summary>The endpoint's error form, where it is not <see cref="ErrorForm"/>.</summary>
public sealed record ErrorTypeMetadata(Type Form);
