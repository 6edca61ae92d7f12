using AutoDeploy.Ports;

namespace AutoDeploy.Organizations;

/// <summary>
/// Credentials for the git repositories of one host, and what it is told. Password and private key are stored encrypted and never shown.
/// </summary>
public sealed record GitHost
{
    public required Guid Uuid { get; init; }

    public required string Organization { get; init; }

    public required GitCredential Credential { get; init; }

    /// <summary>
    /// In whose way it is told, as commit statuses, what becomes of its commits; null: it is not told. Needs a password: a token.
    /// </summary>
    public GitHostKind? CommitStatuses { get; init; }

    /// <summary>Where its API is; null: where hosts of that kind have it.</summary>
    public Uri? ApiUrl { get; init; }

    public required DateTimeOffset Created { get; init; }

    public string Host => Credential.Host;

    public override string ToString() => Host;
}
