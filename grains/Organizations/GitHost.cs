using AutoDeploy.Ports;

namespace AutoDeploy.Organizations;

/// <summary>Credentials for the git repositories of one host. Password and private key are stored encrypted and never shown.</summary>
public sealed record GitHost
{
    public required Guid Uuid { get; init; }

    public required string Organization { get; init; }

    public required GitCredential Credential { get; init; }

    public required DateTimeOffset Created { get; init; }

    public string Host => Credential.Host;

    public override string ToString() => Host;
}
