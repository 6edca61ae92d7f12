using System.Data.Common;
using AutoDeploy.Ledger.Database;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;

namespace AutoDeploy.Ledger;

public sealed partial class SqlLedger
{
    private const string GitHostColumns =
        "uuid, organization, host, username, password_sealed, private_key_sealed, known_hosts, commit_statuses, api_url, "
        + "created, path, scheme";

    internal const string SelectGitHost = $"SELECT {GitHostColumns} FROM git_hosts WHERE uuid = @uuid";

    internal const string SelectStatusGitHosts = "SELECT uuid FROM git_hosts WHERE commit_statuses IS NOT NULL";

    public Task<bool> PutGitHost(GitHost host, CancellationToken cancellationToken)
    {
        var credential = host.Credential;
        var password = credential.Password is null
            ? null
            : Secrets.Seal(credential.Password, GitHostPassword(host.Uuid, credential.Place, host.ApiUrl?.AbsoluteUri));
        var privateKey = credential.PrivateKey is null
            ? null
            : Secrets.Seal(credential.PrivateKey, GitHostPrivateKey(host.Uuid, credential.Place));
        return Write(session => Store(session, host, password, privateKey), cancellationToken);
    }

    public Task<GitHost?> FindGitHost(Guid uuid, CancellationToken cancellationToken) =>
        Read(session => session.First(SelectGitHost, ReadGitHost, ("uuid", uuid)), cancellationToken);

    public Task<Page<GitHost>> ListGitHosts(string organization, int limit, int offset, CancellationToken cancellationToken) =>
        PageOf("git_hosts", GitHostColumns, organization, ReadGitHost, limit, offset, cancellationToken);

    public Task<IReadOnlyList<Guid>> ListStatusGitHosts(CancellationToken cancellationToken) =>
        Read<IReadOnlyList<Guid>>(session => session.Query(SelectStatusGitHosts, row => row.Uuid(0)), cancellationToken);

    public Task<bool> RemoveGitHost(Guid uuid, CancellationToken cancellationToken) =>
        Write(
            session =>
            {
                RemoveCursor(session, uuid);
                return session.Execute("DELETE FROM git_hosts WHERE uuid = @uuid", ("uuid", uuid)) == 1;
            },
            cancellationToken
        );

    private static bool Store(Session session, GitHost host, byte[]? password, byte[]? privateKey)
    {
        var put = PutRow(session, host, password, privateKey);
        if (put && host.CommitStatuses is not null)
            PutCursor(session, host.Uuid);
        else if (put)
            RemoveCursor(session, host.Uuid);
        return put;
    }

    private static bool PutRow(Session session, GitHost host, byte[]? password, byte[]? privateKey)
    {
        session.Lock($"git hosts of {host.Organization}");
        return !session.Any(
                "SELECT 1 FROM git_hosts WHERE organization = @organization AND host = @host AND path = @path AND uuid <> @uuid",
                ("organization", host.Organization),
                ("host", host.Host),
                ("path", host.Credential.Path),
                ("uuid", host.Uuid)
            )
            // the last condition: credentials do not change hands
            && session.Execute(
                """
                INSERT INTO git_hosts (uuid, organization, host, path, scheme, username, password_sealed, private_key_sealed, known_hosts,
                  commit_statuses, api_url, created)
                VALUES (@uuid, @organization, @host, @path, @scheme, @username, @password_sealed, @private_key_sealed, @known_hosts,
                  @commit_statuses, @api_url, @created)
                ON CONFLICT (uuid) DO UPDATE
                SET host = excluded.host, path = excluded.path, scheme = excluded.scheme, username = excluded.username,
                  password_sealed = excluded.password_sealed,
                    private_key_sealed = excluded.private_key_sealed, known_hosts = excluded.known_hosts,
                    commit_statuses = excluded.commit_statuses, api_url = excluded.api_url
                WHERE git_hosts.organization = excluded.organization
                """,
                ("uuid", host.Uuid),
                ("organization", host.Organization),
                ("host", host.Host),
                ("path", host.Credential.Path),
                ("scheme", host.Credential.Scheme),
                ("username", host.Credential.Username),
                ("password_sealed", password),
                ("private_key_sealed", privateKey),
                ("known_hosts", host.Credential.KnownHosts),
                ("commit_statuses", host.CommitStatuses),
                ("api_url", host.ApiUrl?.AbsoluteUri),
                ("created", host.Created)
            ) == 1;
    }

    /// <summary>With the host and its API: whoever can write to the file cannot have the password sent elsewhere.</summary>
    private static string GitHostPassword(Guid uuid, string host, string? apiUrl) =>
        apiUrl is null ? $"git host {uuid} at {host} (password)" : $"git host {uuid} at {host} with {apiUrl} (password)";

    private static string GitHostPrivateKey(Guid uuid, string host) => $"git host {uuid} at {host} (private key)";

    private GitHost ReadGitHost(DbDataReader row)
    {
        var uuid = row.Uuid(0);
        var host = row.Text(2);
        var path = row.Text(10);
        var place = path.Length == 0 ? host : $"{host}/{path}";
        var apiUrl = row.TextOrNull(8);
        return new GitHost
        {
            Uuid = uuid,
            Organization = row.Text(1),
            Credential = new GitCredential
            {
                Host = host,
                Path = path,
                Scheme = row.Text(11),
                Username = row.Text(3),
                Password = row.IsDBNull(4) ? null : Secrets.Open(row.Bytes(4), GitHostPassword(uuid, place, apiUrl)),
                PrivateKey = row.IsDBNull(5) ? null : Secrets.Open(row.Bytes(5), GitHostPrivateKey(uuid, place)),
                KnownHosts = row.Text(6),
            },
            CommitStatuses = row.IsDBNull(7) ? null : row.Word<GitHostKind>(7),
            ApiUrl = apiUrl is null ? null : new Uri(apiUrl),
            Created = row.Time(9),
        };
    }
}
