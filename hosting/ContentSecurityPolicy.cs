namespace AutoDeploy.Hosting;

/// <summary>Metadata of an endpoint that answers with a page: what the page may load and run.</summary>
/// <param name="Value">Of the header.</param>
public sealed record ContentSecurityPolicy(string Value);
