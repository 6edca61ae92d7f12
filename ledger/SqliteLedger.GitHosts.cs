using System.Data.Common;
using AutoDeploy.Ledger.Database;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;

namespace AutoDeploy.Ledger;

public sealed partial class SqliteLedger
{
    private const string GitHostColumns =
        "uuid, organization, host, username, password_sealed, private_key_sealed, known_hosts, created";

    internal const string SelectGitHost = $"SELECT {GitHostColumns} FROM git_hosts WHERE uuid = @uuid";

    public Task<bool> PutGitHost(GitHost host, CancellationToken cancellationToken)
    {
        var credential = host.Credential;
        var password = credential.Password is null ? null : Secrets.Seal(credential.Password, GitHostPassword(host.Uuid, host.Host));
        var privateKey = credential.PrivateKey is null ? null : Secrets.Seal(credential.PrivateKey, GitHostPrivateKey(host.Uuid, host.Host));
        return Write(session => Put(session, host, password, privateKey), cancellationToken);
    }

    public Task<GitHost?> FindGitHost(Guid uuid, CancellationToken cancellationToken) =>
        Read(session => session.First(SelectGitHost, ReadGitHost, ("uuid", uuid)), cancellationToken);

    public Task<Page<GitHost>> GitHosts(string organization, int limit, int offset, CancellationToken cancellationToken) =>
        Read(
            session => new Conditions()
                .And("organization = @organization", "organization", organization)
                .Page(session, GitHostColumns, "git_hosts", "created DESC, seq DESC", ReadGitHost, limit, offset),
            cancellationToken);

    public Task<bool> RemoveGitHost(Guid uuid, CancellationToken cancellationToken) =>
        Write(session => session.Execute("DELETE FROM git_hosts WHERE uuid = @uuid", ("uuid", uuid)) == 1, cancellationToken);

    private static bool Put(Session session, GitHost host, byte[]? password, byte[]? privateKey) =>
        !session.Any(
            "SELECT 1 FROM git_hosts WHERE organization = @organization AND host = @host AND uuid <> @uuid",
            ("organization", host.Organization), ("host", host.Host), ("uuid", host.Uuid))
        // the last condition: credentials do not change hands
        && session.Execute(
            """
            INSERT INTO git_hosts (uuid, organization, host, username, password_sealed, private_key_sealed, known_hosts, created)
            VALUES (@uuid, @organization, @host, @username, @password_sealed, @private_key_sealed, @known_hosts, @created)
            ON CONFLICT (uuid) DO UPDATE
            SET host = excluded.host, username = excluded.username, password_sealed = excluded.password_sealed,
                private_key_sealed = excluded.private_key_sealed, known_hosts = excluded.known_hosts
            WHERE git_hosts.organization = excluded.organization
            """,
            ("uuid", host.Uuid), ("organization", host.Organization), ("host", host.Host), ("username", host.Credential.Username),
            ("password_sealed", password), ("private_key_sealed", privateKey), ("known_hosts", host.Credential.KnownHosts),
            ("created", host.Created)) == 1;

    /// <summary>With the host: whoever can write to the file cannot have the password sent elsewhere.</summary>
    private static string GitHostPassword(Guid uuid, string host) => $"git host {uuid} at {host} (password)";

    private static string GitHostPrivateKey(Guid uuid, string host) => $"git host {uuid} at {host} (private key)";

    private GitHost ReadGitHost(DbDataReader row)
    {
        var uuid = row.Uuid(0);
        var host = row.Text(2);
        return new GitHost
        {
            Uuid = uuid,
            Organization = row.Text(1),
            Credential = new GitCredential
            {
                Host = host,
                Username = row.Text(3),
                Password = row.IsDBNull(4) ? null : Secrets.Open(row.Bytes(4), GitHostPassword(uuid, host)),
                PrivateKey = row.IsDBNull(5) ? null : Secrets.Open(row.Bytes(5), GitHostPrivateKey(uuid, host)),
                KnownHosts = row.Text(6),
            },
            Created = row.Time(7),
        };
    }
}
