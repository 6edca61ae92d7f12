namespace AutoDeploy.Api.Http;

/// <summary>The endpoint needs no token; <see cref="Access.TokenAccess"/> knows the paths.</summary>
public sealed record OpenToAll;
