using AutoDeploy.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoDeploy.Ledger.Tests;

/// <summary>A server that the tests share, each with a database of its own.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    /// <summary>32 bytes, as all processes on a database have them.</summary>
    public const string Key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private string _template = "";

    public PostgresServer Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await PostgresServer.Start(new PostgresServerOptions { Fsync = false });
        _template = await Server.CreateDatabase();
        await (await Open(Server.ConnectionString(_template))).DisposeAsync();
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();

    /// <summary>With our tables, and nothing in them but what shows that the key is the right one.</summary>
    public async Task<PostgresTestDatabase> NewDatabase() => new(Server, await Server.CreateDatabase(_template));

    public async Task<PostgresTestDatabase> EmptyDatabase() => new(Server, await Server.CreateDatabase());

    public static SqlLedger Closed(
        string connection,
        TimeProvider? time = null,
        string? key = Key,
        bool exclusive = false,
        string? data = null
    ) =>
        new(
            new PostgresLedgerOptions
            {
                ConnectionString = connection,
                SecretKey = key,
                Exclusive = exclusive,
                DataDirectory = data,
            },
            time ?? TimeProvider.System,
            NullLogger<SqlLedger>.Instance
        );

    public static async Task<SqlLedger> Open(string connection, TimeProvider? time = null, bool exclusive = false)
    {
        var ledger = Closed(connection, time, exclusive: exclusive);
        await ledger.Open(CancellationToken.None);
        return ledger;
    }
}
