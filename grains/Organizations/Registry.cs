using AutoDeploy.Ports;

namespace AutoDeploy.Organizations;

/// <summary>Credentials for one registry host. The password is stored encrypted and never shown.</summary>
public sealed record Registry
{
    public required Guid Uuid { get; init; }

    public required string Organization { get; init; }

    /// <summary>As in a canonical image name.</summary>
    public required string Host { get; init; }

    public required string Username { get; init; }

    public required string Password { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>A host beside the registry's own whose token server may see the credentials; null: none.</summary>
    public string? TokenHost { get; init; }

    public RegistryCredential Credential => new(Host, Username, Password, TokenHost);

    public override string ToString() => $"{Username}@{Host}";
}
