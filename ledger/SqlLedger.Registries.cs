using System.Data.Common;
using AutoDeploy.Ledger.Database;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Sources;

namespace AutoDeploy.Ledger;

public sealed partial class SqlLedger
{
    private const string RegistryColumns = "uuid, organization, host, username, password_sealed, created, token_host, path";

    internal const string SelectRegistryByHost =
        $"SELECT {RegistryColumns} FROM registries WHERE organization = @organization AND host = @host";

    public Task<bool> PutRegistry(RegistryAccount registryAccount, CancellationToken cancellationToken)
    {
        var password = Secrets.Seal(
            registryAccount.Password,
            RegistryPassword(registryAccount.Uuid, registryAccount.Host, registryAccount.Path, registryAccount.TokenHost)
        );
        return Write(session => Store(session, registryAccount, password), cancellationToken);
    }

    public Task<RegistryAccount?> FindRegistry(Guid uuid, CancellationToken cancellationToken) =>
        Read(
            session => session.First($"SELECT {RegistryColumns} FROM registries WHERE uuid = @uuid", ReadRegistry, ("uuid", uuid)),
            cancellationToken
        );

    public Task<RegistryAccount?> FindRegistry(string organization, ImageName image, CancellationToken cancellationToken) =>
        Read(
            session =>
                PathPrefix.Longest(
                    session.Query(SelectRegistryByHost, ReadRegistry, ("organization", organization), ("host", image.Host)),
                    registryAccount => registryAccount.Path,
                    image.Path
                ),
            cancellationToken
        );

    public Task<Page<RegistryAccount>> ListRegistries(string organization, int limit, int offset, CancellationToken cancellationToken) =>
        PageOf("registries", RegistryColumns, organization, ReadRegistry, limit, offset, cancellationToken);

    public Task<bool> RemoveRegistry(Guid uuid, CancellationToken cancellationToken) =>
        Write(session => session.Execute("DELETE FROM registries WHERE uuid = @uuid", ("uuid", uuid)) == 1, cancellationToken);

    private static bool Store(Session session, RegistryAccount registryAccount, byte[] password)
    {
        session.Lock($"registries of {registryAccount.Organization}");
        return !session.Any(
                "SELECT 1 FROM registries WHERE organization = @organization AND host = @host AND path = @path AND uuid <> @uuid",
                ("organization", registryAccount.Organization),
                ("host", registryAccount.Host),
                ("path", registryAccount.Path),
                ("uuid", registryAccount.Uuid)
            )
            // the last condition: a registry does not change hands
            && session.Execute(
                """
                INSERT INTO registries (uuid, organization, host, path, username, password_sealed, created, token_host)
                VALUES (@uuid, @organization, @host, @path, @username, @password_sealed, @created, @token_host)
                ON CONFLICT (uuid) DO UPDATE
                SET host = excluded.host, path = excluded.path, username = excluded.username, password_sealed = excluded.password_sealed,
                  token_host = excluded.token_host
                WHERE registries.organization = excluded.organization
                """,
                ("uuid", registryAccount.Uuid),
                ("organization", registryAccount.Organization),
                ("host", registryAccount.Host),
                ("path", registryAccount.Path),
                ("username", registryAccount.Username),
                ("password_sealed", password),
                ("created", registryAccount.Created),
                ("token_host", registryAccount.TokenHost)
            ) == 1;
    }

    /// <summary>With the hosts: whoever can write to the file cannot have the password sent elsewhere.</summary>
    private static string RegistryPassword(Guid uuid, string host, string path, string? tokenHost) =>
        $"registry {uuid} at {host}{(path.Length == 0 ? "" : "/" + path)}" + (tokenHost is null ? "" : $" and {tokenHost}");

    private RegistryAccount ReadRegistry(DbDataReader row)
    {
        var uuid = row.Uuid(0);
        var host = row.Text(2);
        var tokenHost = row.TextOrNull(6);
        var path = row.Text(7);
        return new RegistryAccount
        {
            Uuid = uuid,
            Organization = row.Text(1),
            Host = host,
            Path = path,
            Username = row.Text(3),
            Password = Secrets.Open(row.Bytes(4), RegistryPassword(uuid, host, path, tokenHost)),
            Created = row.Time(5),
            TokenHost = tokenHost,
        };
    }
}
