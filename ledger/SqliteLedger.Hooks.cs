using System.Data.Common;
using AutoDeploy.Ledger.Database;
using AutoDeploy.Ledger.Secrets;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;

namespace AutoDeploy.Ledger;

public sealed partial class SqliteLedger
{
    private const string HookColumns = "uuid, organization, sender, key_sealed, secret_sealed, created, audience, service_account";

    internal const string SelectHookByKey = $"SELECT {HookColumns} FROM hooks WHERE key_hash = @key_hash";

    internal const string SelectHook = $"SELECT {HookColumns} FROM hooks WHERE uuid = @uuid";

    public Task AddHook(Hook hook, CancellationToken cancellationToken)
    {
        var hash = SecretBox.Hash(hook.Key);
        var key = Secrets.Seal(hook.Key, HookKey(hook.Uuid));
        var secret = hook.Secret is null ? null : Secrets.Seal(hook.Secret, HookSecret(hook.Uuid));
        return Write(
            session => session.Execute(
                """
                INSERT INTO hooks (uuid, organization, sender, key_hash, key_sealed, secret_sealed, created, audience, service_account)
                VALUES (@uuid, @organization, @sender, @key_hash, @key_sealed, @secret_sealed, @created, @audience, @service_account)
                """,
                ("uuid", hook.Uuid), ("organization", hook.Organization), ("sender", hook.Sender), ("key_hash", hash), ("key_sealed", key),
                ("secret_sealed", secret), ("created", hook.Created), ("audience", hook.Audience), ("service_account", hook.ServiceAccount)),
            cancellationToken);
    }

    public Task<Hook?> FindHook(string key, CancellationToken cancellationToken) =>
        Read(session => session.First(SelectHookByKey, ReadHook, ("key_hash", SecretBox.Hash(key))), cancellationToken);

    public Task<Hook?> FindHook(Guid uuid, CancellationToken cancellationToken) =>
        Read(session => session.First(SelectHook, ReadHook, ("uuid", uuid)), cancellationToken);

    public Task<Page<Hook>> Hooks(string organization, int limit, int offset, CancellationToken cancellationToken) =>
        Read(
            session => new Conditions()
                .And("organization = @organization", "organization", organization)
                .Page(session, HookColumns, "hooks", "created DESC, seq DESC", ReadHook, limit, offset),
            cancellationToken);

    public Task<bool> RemoveHook(Guid uuid, CancellationToken cancellationToken) =>
        Write(
            session =>
            {
                session.Execute("DELETE FROM deliveries WHERE hook = @hook", ("hook", uuid));
                return session.Execute("DELETE FROM hooks WHERE uuid = @uuid", ("uuid", uuid)) == 1;
            },
            cancellationToken);

    private static string HookKey(Guid uuid) => $"hook {uuid} (key)";

    private static string HookSecret(Guid uuid) => $"hook {uuid} (secret)";

    private Hook ReadHook(DbDataReader row)
    {
        var uuid = row.Uuid(0);
        return new Hook
        {
            Uuid = uuid,
            Organization = row.Text(1),
            Sender = row.Text(2),
            Key = Secrets.Open(row.Bytes(3), HookKey(uuid)),
            Secret = row.IsDBNull(4) ? null : Secrets.Open(row.Bytes(4), HookSecret(uuid)),
            Created = row.Time(5),
            Audience = row.TextOrNull(6),
            ServiceAccount = row.TextOrNull(7),
        };
    }
}
