namespace AutoDeploy.Ports;

/// <summary>Name and password for one registry host. <see cref="ToString"/> hides the password.</summary>
/// <param name="Host">As in a canonical image name: <c>docker.io</c>, <c>registry.acme.com:5000</c>.</param>
/// <param name="TokenHost">A host beside the registry's own, with or without a port, whose token server may see them; null: none.</param>
public sealed record RegistryCredential(string Host, string Username, string Password, string? TokenHost = null)
{
    public override string ToString() => $"{Username}@{Host}";
}
