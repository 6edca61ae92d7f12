namespace AutoDeploy.Ports;

/// <summary>What opens the repositories of one host. <see cref="ToString"/> hides the secrets.</summary>
public sealed record GitCredential
{
    /// <summary>Lower-case, <c>github.com</c>; with a port (<c>git.acme.com:3000</c>) only for that one.</summary>
    public required string Host { get; init; }

    /// <summary>The beginning of the paths that it is for, lower-case: <c>acme</c>, <c>acme/team</c>; empty: all.</summary>
    public string Path { get; init; } = "";

    /// <summary>The least that the password may go over: <c>https</c>, or <c>http</c> where it was given for that.</summary>
    public string Scheme { get; init; } = "https";

    /// <summary>For http and https; empty: whatever the host takes beside a token.</summary>
    public string Username { get; init; } = "";

    /// <summary>A password or token for http and https; null: none.</summary>
    public string? Password { get; init; }

    /// <summary>For ssh, in OpenSSH's or PEM form, without passphrase; null: none.</summary>
    public string? PrivateKey { get; init; }

    /// <summary>Lines as in OpenSSH's <c>known_hosts</c>: the keys by which the host is known to be the right one.</summary>
    public string KnownHosts { get; init; } = "";

    /// <summary>Host and path, as people write them.</summary>
    public string Place => Path.Length == 0 ? Host : $"{Host}/{Path}";

    public override string ToString() => Place;
}
