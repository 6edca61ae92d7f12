using System.Collections.Concurrent;
using System.Data.Common;
using AutoDeploy.Ledger.Database;
using AutoDeploy.Ledger.Secrets;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;

namespace AutoDeploy.Ledger;

public sealed partial class SqlLedger
{
    private const int MaxCachedHooks = 1000;

    private const string HookColumns = "uuid, organization, sender, key_sealed, secret_sealed, created, audience, service_account";

    internal const string SelectHookByKey = $"SELECT {HookColumns} FROM hooks WHERE key_hash = @key_hash";

    internal const string SelectHook = $"SELECT {HookColumns} FROM hooks WHERE uuid = @uuid";

    /// <summary>
    /// Under the hashes of their keys: every delivery asks for its hook, whose secrets would be decrypted each time. Another process may
    /// have revoked it: where there are some, the row is asked for, and nothing but the decrypting is saved.
    /// </summary>
    private volatile ConcurrentDictionary<string, CachedHook> _cachedHooks = new();

    public Task AddHook(Hook hook, CancellationToken cancellationToken)
    {
        var hash = SecretBox.Hash(hook.Key);
        var key = Secrets.Seal(hook.Key, HookKey(hook.Uuid));
        var secret = hook.Secret is null ? null : Secrets.Seal(hook.Secret, HookSecret(hook.Uuid));
        return Write(
            session =>
                session.Execute(
                    """
                    INSERT INTO hooks (uuid, organization, sender, key_hash, key_sealed, secret_sealed, created, audience, service_account)
                    VALUES (@uuid, @organization, @sender, @key_hash, @key_sealed, @secret_sealed, @created, @audience, @service_account)
                    """,
                    ("uuid", hook.Uuid),
                    ("organization", hook.Organization),
                    ("sender", hook.Sender),
                    ("key_hash", hash),
                    ("key_sealed", key),
                    ("secret_sealed", secret),
                    ("created", hook.Created),
                    ("audience", hook.Audience),
                    ("service_account", hook.ServiceAccount)
                ),
            cancellationToken
        );
    }

    public async Task<Hook?> FindHook(string key, CancellationToken cancellationToken)
    {
        var hash = SecretBox.Hash(key);
        var name = Convert.ToHexString(hash);
        // who reads while a hook is removed puts it where nobody looks any more
        var known = _cachedHooks;
        if (known.TryGetValue(name, out var last) && !_database.IsShared)
            return last.Hook;
        var hook = await Read(
            session =>
                session.First(
                    SelectHookByKey,
                    row => last is not null && last.Is(row) ? last : new CachedHook(ReadHook(row), row),
                    ("key_hash", hash)
                ),
            cancellationToken
        );
        if (hook is not null && hook != last)
        {
            if (known.Count >= MaxCachedHooks)
                known.Clear();
            known[name] = hook;
        }

        return hook?.Hook;
    }

    public Task<Hook?> FindHook(Guid uuid, CancellationToken cancellationToken) =>
        Read(session => session.First(SelectHook, ReadHook, ("uuid", uuid)), cancellationToken);

    public Task<Page<Hook>> ListHooks(string organization, int limit, int offset, CancellationToken cancellationToken) =>
        PageOf("hooks", HookColumns, organization, ReadHook, limit, offset, cancellationToken);

    public async Task<bool> RemoveHook(Guid uuid, CancellationToken cancellationToken)
    {
        var removed = await Write(
            session =>
            {
                // first the hook: who adds a delivery meanwhile keeps it, and then its delivery is seen
                var found = session.Execute("DELETE FROM hooks WHERE uuid = @uuid", ("uuid", uuid)) == 1;
                session.Execute("DELETE FROM deliveries WHERE hook = @hook", ("hook", uuid));
                return found;
            },
            cancellationToken
        );
        _cachedHooks = new();
        return removed;
    }

    private static string HookKey(Guid uuid) => $"hook {uuid} (key)";

    private static string HookSecret(Guid uuid) => $"hook {uuid} (secret)";

    /// <summary>A hook, and what its row held.</summary>
    private sealed class CachedHook(Hook hook, DbDataReader row)
    {
        private readonly object[] _values = Values(row);

        public Hook Hook => hook;

        public bool Is(DbDataReader other) => _values.AsSpan().SequenceEqual(Values(other), ColumnValueComparer.Instance);

        private static object[] Values(DbDataReader row)
        {
            var values = new object[row.FieldCount];
            row.GetValues(values);
            return values;
        }

        private sealed class ColumnValueComparer : IEqualityComparer<object>
        {
            public static readonly ColumnValueComparer Instance = new();

            public new bool Equals(object? one, object? other) =>
                one is byte[] bytes && other is byte[] others ? bytes.AsSpan().SequenceEqual(others) : object.Equals(one, other);

            public int GetHashCode(object value) => 0;
        }
    }

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
