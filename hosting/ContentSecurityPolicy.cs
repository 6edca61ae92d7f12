namespace AutoDeploy.Hosting;

/// <summary>Endpoint metadata: the Content-Security-Policy of an HTML page.</summary>
/// <param name="Value">Of the header.</param>
public sealed record ContentSecurityPolicy(string Value);
