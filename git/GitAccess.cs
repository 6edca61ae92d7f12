using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AutoDeploy.Ports;
using AutoDeploy.Sources;

namespace AutoDeploy.Git;

/// <summary>
/// The access of one git run to a repository's server: its address as the remote <c>origin</c>, and the credentials. Credentials are in the
/// environment and in files with private permissions, and git sends them to that host only.
/// </summary>
internal sealed class GitAccess : IDisposable
{
    private const string UserVariable = "AUTODEPLOY_GIT_USERNAME";
    private const string PasswordVariable = "AUTODEPLOY_GIT_PASSWORD";
    private const string Helper =
        $"!f() {{ if test \"$1\" = get; then printf 'username=%s\\npassword=%s\\n' \"${UserVariable}\" \"${PasswordVariable}\"; fi; }}; f";

    private readonly List<string> _secrets = [];
    private SshKeyFiles? _files;

    private GitAccess(GitRemote remote, GitCredential? credential)
    {
        Remote = remote;
        Credential = credential;
    }

    public GitRemote Remote { get; }

    /// <summary>The one that fits; null: none does.</summary>
    public GitCredential? Credential { get; }

    /// <summary>A credential that is not used because the URL is http, not https; null: none.</summary>
    public GitCredential? Withheld => GitCredentials.Withheld(Remote.Credentials, Remote.Repository);

    public List<(string Key, string Value)> Settings { get; } = [];

    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>A hash of the address and the credentials.</summary>
    public static string Fingerprint(GitRemote remote)
    {
        var credential = GitCredentials.Find(remote.Credentials, remote.Repository);
        string?[] parts =
        [
            remote.Repository.Url,
            credential?.Place,
            credential?.Username,
            credential?.Password,
            credential?.PrivateKey,
            credential?.KnownHosts,
        ];
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts))));
    }

    /// <exception cref="GitException">Something is missing without which there is no use in trying.</exception>
    public static GitAccess Open(GitRemote remote, SshKeyDirectory folder)
    {
        var access = new GitAccess(remote, GitCredentials.Find(remote.Credentials, remote.Repository));
        access.Settings.Add(("remote.origin.url", remote.Repository.Url));
        access.Settings.Add(("remote.origin.promisor", "true"));
        access.Settings.Add(("remote.origin.partialclonefilter", "blob:none"));
        if (remote.Repository.Scheme == "ssh")
            access.UseKey(folder);
        else if (access.Credential is { } credential)
            access.UsePassword(credential);
        return access;
    }

    /// <summary>Removes secrets from git's output as a last defence; git itself prints none.</summary>
    public string Scrub(string text) => _secrets.Aggregate(text, (clean, secret) => clean.Replace(secret, "***", StringComparison.Ordinal));

    public void Dispose() => _files?.Dispose();

    private void UsePassword(GitCredential credential)
    {
        var repository = Remote.Repository;
        var password = credential.Password!;
        if (password.AsSpan().ContainsAny('\n', '\r', '\0') || credential.Username.AsSpan().ContainsAny('\n', '\r', '\0'))
            throw new GitException(
                GitFault.Unauthorized,
                $"The repository {repository.Key} could not be read: the credentials for {credential.Host} have more than one line."
            );
        var host = repository.Port is { } port ? string.Create(CultureInfo.InvariantCulture, $"{repository.Host}:{port}") : repository.Host;
        Settings.Add(($"credential.{repository.Scheme}://{host}.helper", Helper));
        Environment[UserVariable] =
            credential.Username.Length > 0 ? credential.Username
            : repository.Host == "bitbucket.org" ? "x-token-auth"
            : "x-access-token";
        Environment[PasswordVariable] = password;
        _secrets.Add(password);
        _secrets.Add(Uri.EscapeDataString(password));
    }

    private void UseKey(SshKeyDirectory folder)
    {
        var repository = Remote.Repository;
        if (Credential is not { PrivateKey: { } key } credential)
            throw new GitException(
                GitFault.Unauthorized,
                $"The repository {repository.Key} could not be read: over ssh it wants a private key; set one for the host "
                    + $"{repository.Host}."
            );
        if (string.IsNullOrWhiteSpace(credential.KnownHosts))
            throw new GitException(
                GitFault.Unauthorized,
                $"The repository {repository.Key} could not be read: nothing says by which keys the host {repository.Host} is "
                    + "known; set its known_hosts."
            );
        _files = folder.Write(key, credential.KnownHosts);
        _secrets.AddRange(
            key.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(line => !line.StartsWith('-'))
        );
        Environment["GIT_SSH_VARIANT"] = "ssh";
        Environment["GIT_SSH_COMMAND"] =
            $"ssh -F none -i {Quote(_files.Key)} -o BatchMode=yes -o IdentitiesOnly=yes -o IdentityAgent=none -o StrictHostKeyChecking=yes "
            + $"-o UserKnownHostsFile={Quote(_files.KnownHosts)} -o GlobalKnownHostsFile=/dev/null -o ConnectTimeout=15 -o "
            + "ServerAliveInterval=15 -o ServerAliveCountMax=4";
    }

    private static string Quote(string path) => $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
