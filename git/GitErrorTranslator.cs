using System.Globalization;
using System.Text.RegularExpressions;
using AutoDeploy.Ports;

namespace AutoDeploy.Git;

/// <summary>Translates git's standard error into sentences.</summary>
internal static partial class GitErrorTranslator
{
    /// <summary>Ordered from specific to general; the first match wins.</summary>
    private static readonly (GitFault Fault, string Kind, string[] Words)[] Table =
    [
        (GitFault.BranchMissing, "branch", ["couldn't find remote ref"]),
        (GitFault.CommitMissing, "commit", ["not our ref", "unadvertised object", "does not allow request", "no such remote ref"]),
        (GitFault.Unauthorized, "hostkey", ["Host key verification failed", "HOST IDENTIFICATION HAS CHANGED", "host key is known for"]),
        (GitFault.Unauthorized, "key", ["invalid format", "error in libcrypto", "incorrect passphrase"]),
        (
            GitFault.Unauthorized,
            "refused",
            [
                "Authentication failed",
                "Permission denied (",
                "Too many authentication failures",
                "returned error: 401",
                "returned error: 403",
            ]
        ),
        (GitFault.Unauthorized, "wanted", ["could not read Username", "could not read Password"]),
        (GitFault.Unauthorized, "certificate", ["certificate"]),
        (
            GitFault.NotFound,
            "missing",
            [
                "Repository not found",
                "repository not found",
                "does not appear to be a git repository",
                "not valid: is this a git repository",
                "could not be found",
                "returned error: 404",
                "returned error: 410",
                "not exported",
                "' not found",
                "does not exist",
                "no such repository",
            ]
        ),
        (GitFault.TimedOut, "slow", ["Operation too slow"]),
        (GitFault.Unreachable, "disorder", ["returned error: 5", "returned error: 429"]),
        (GitFault.Unreachable, "name", ["Could not resolve"]),
        (
            GitFault.Unreachable,
            "connection",
            [
                "Connection refused",
                "onnection timed out",
                "Failed to connect",
                "Couldn't connect",
                "Connection reset",
                "Connection closed",
                "No route to host",
                "Network is unreachable",
                "timed out",
                "Empty reply",
                "Recv failure",
                "hung up unexpectedly",
                "RPC failed",
                "early EOF",
                "expected flush after",
                "unexpected disconnect",
                "gnutls_handshake",
                "SSL",
                "Could not read from remote repository",
                "bad line length",
                "unable to look up",
            ]
        ),
    ];

    /// <summary>What git says of a mirror that is damaged.</summary>
    private static readonly string[] Damage =
    [
        "not a git repository",
        "bad object",
        "corrupt",
        "loose object",
        "is too short",
        "far too small",
        "unable to read tree",
        "could not parse",
        "bad tree",
        "bad config",
        "unable to read sha1",
        "unresolved deltas",
        "invalid index-pack output",
        "broken",
        "does not point to a valid object",
        "unable to resolve reference",
        "cannot be accessed",
        "bad signature",
        "bad pack",
        "missing tree",
        "missing commit",
        "missing object",
        "unable to parse",
        "unable to find",
        "bad numeric config",
        "unknown option in repository",
        "did not send all necessary objects",
    ];

    public static GitException From(GitAccess access, GitResult result)
    {
        var key = access.Remote.Repository.Key;
        var host = access.Credential?.Host ?? HostOf(access);
        var (fault, kind, _) = Array.Find(Table, row => row.Words.Any(word => result.Errors.Contains(word, StringComparison.Ordinal)));
        var reason = kind switch
        {
            null => $"git says \"{LastLine(result.Errors)}\"",
            "branch" => "it has no such branch",
            "commit" => "it has no such commit",
            "hostkey" => $"the server is not known by its key; set the right known_hosts for the host {host}",
            "key" => $"the private key for {host} cannot be read; it has to be in OpenSSH's or PEM form and without passphrase",
            "wanted" when FindPrompt(result.Errors) is { } other && access.Credential is not null =>
                $"the server {other} wants credentials, and those for {host} are not shown to it",
            "wanted" or "refused" when access.Withheld is { } withheld =>
                $"the credentials for {withheld} are not sent over http; use the repository's https URL, or set their `scheme` to "
                    + "\"http\" if the password may travel in clear",
            "wanted" or "refused" when access.Credential is null =>
                $"{HostOf(access)} wants credentials; set them for the host {HostOf(access)}",
            "wanted" or "refused" => $"the server refused the credentials for {host}",
            "certificate" => $"the certificate of {HostOf(access)} is not one that is trusted here",
            "missing" => access.Credential is null
                ? $"{HostOf(access)} has no such repository, or does not tell without credentials"
                : $"{HostOf(access)} has no such repository, or not for the credentials for {host}",
            "slow" => $"{HostOf(access)} sent nothing for too long",
            "disorder" => $"{HostOf(access)} is out of order: it answered {Status().Match(result.Errors).Groups[1].Value}",
            "name" => $"the name {HostOf(access)} is unknown",
            _ => $"{HostOf(access)} does not answer as it should: {LastLine(result.Errors)}",
        };
        return new GitException(kind is null ? GitFault.Refused : fault, $"The repository {key} could not be read: {reason.TrimEnd('.')}.");
    }

    public static GitException TimedOut(GitRemote remote, TimeSpan limit, Exception inner) =>
        new(
            GitFault.TimedOut,
            string.Create(
                CultureInfo.InvariantCulture,
                $"The repository {remote.Repository.Key} could not be read: {remote.Repository.Host} was not done within "
                    + $"{limit.TotalSeconds:0.###} s."
            ),
            inner
        );

    /// <summary>Whether the mirror, and not the server, is at fault. A connection that broke leaves traces that look alike.</summary>
    public static bool IsDamage(GitFault fault, string errors) =>
        ReportsBrokenPack(errors)
        || (fault == GitFault.Refused && Array.Exists(Damage, word => errors.Contains(word, StringComparison.Ordinal)));

    /// <summary>Not of one that is gone: that can be one that was just joined with others.</summary>
    public static bool ReportsBrokenPack(string errors) =>
        errors
            .Split('\n')
            .Any(line =>
                line.StartsWith("error: packfile", StringComparison.Ordinal)
                && !line.Contains("cannot be accessed", StringComparison.Ordinal)
            );

    private static string HostOf(GitAccess access)
    {
        var repository = access.Remote.Repository;
        return repository.Port is { } port ? string.Create(CultureInfo.InvariantCulture, $"{repository.Host}:{port}") : repository.Host;
    }

    /// <summary>The server that asked for credentials, when it is not ours: one that ours sent us on to.</summary>
    private static string? FindPrompt(string errors) => Asked().Match(errors) is { Success: true } match ? match.Groups[1].Value : null;

    private static string LastLine(string errors)
    {
        var lines = errors.Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var line =
            lines.LastOrDefault(line => line.StartsWith("fatal:", StringComparison.Ordinal))
            ?? lines.LastOrDefault(line => line.StartsWith("error:", StringComparison.Ordinal))
            ?? lines.LastOrDefault()
            ?? "nothing";
        line = line.Replace("fatal: ", "", StringComparison.Ordinal).Replace("error: ", "", StringComparison.Ordinal);
        return line.Length > 300 ? line[..300] : line;
    }

    [GeneratedRegex("returned error: ([0-9]+)")]
    private static partial Regex Status();

    [GeneratedRegex("could not read (?:Username|Password) for '[a-z]+://(?:[^@/']*@)?([^/']+)")]
    private static partial Regex Asked();
}
