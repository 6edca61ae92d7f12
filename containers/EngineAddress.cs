namespace AutoDeploy.Containers;

/// <param name="Name">What services call the engine.</param>
/// <param name="Url">Where it listens, <c>unix:///path</c> or <c>tcp://host:port</c>.</param>
/// <param name="CertPath">A folder with <c>ca.pem</c>, <c>cert.pem</c> and <c>key.pem</c> for TLS; null: without.</param>
public sealed record EngineAddress(string Name, string Url, string? CertPath = null);
