using AutoDeploy.Ports;

namespace AutoDeploy.Organizations;

/// <summary>Credentials for one registry host, or a part of it. The password is stored encrypted and never shown.</summary>
public sealed record RegistryAccount
{
    public required Guid Uuid { get; init; }

    public required string Organization { get; init; }

    /// <summary>As in a canonical image name.</summary>
    public required string Host { get; init; }

    /// <summary>The beginning of the images' paths that they are for: <c>acme</c>, <c>acme/team</c>; empty: all.</summary>
    public string Path { get; init; } = "";

    public required string Username { get; init; }

    public required string Password { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>A host beside the registry's own whose token server may see the credentials; null: none.</summary>
    public string? TokenHost { get; init; }

    public RegistryCredential Credential => new(Host, Username, Password, TokenHost);

    public override string ToString() => $"{Username}@{Host}{(Path.Length == 0 ? "" : "/" + Path)}";
}
