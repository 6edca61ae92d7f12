using AutoDeploy.Ledger;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;

namespace AutoDeploy.Benchmarks.Storage;

/// <summary>Orleans' AdoNet grain storage on a SQLite file, without a silo.</summary>
internal sealed class AdoNetSqliteStorage : ISiloLifecycle
{
    private const string ProviderName = "sqlite";

    /// <summary>Orleans loads Microsoft.Data.Sqlite by this name.</summary>
    private const string Invariant = "System.Data.SQLite";

    private readonly List<ILifecycleObserver> _observers = [];

    private AdoNetSqliteStorage() { }

    public int HighestCompletedStage => 0;

    public int LowestStoppedStage => 0;

    public static async Task<IGrainStorage> Open(string file)
    {
        var connectionString = $"Data Source={file};Pooling=True;Default Timeout=60";
        await CreateTables(connectionString);
        var services = new ServiceCollection()
            .AddLogging()
            .AddSerializer()
            .Configure<ClusterOptions>(o => o.ServiceId = LedgerExtensions.ServiceId)
            .AddAdoNetGrainStorage(
                ProviderName,
                (AdoNetGrainStorageOptions options) =>
                {
                    options.Invariant = Invariant;
                    options.ConnectionString = connectionString;
                    options.GrainStorageSerializer = new GrainStateSerializer();
                    options.HashPicker = new StorageHasherPicker([new OrleansDefaultHasher()]);
                }
            )
            .BuildServiceProvider();
        var lifecycle = new AdoNetSqliteStorage();
        foreach (var participant in services.GetServices<ILifecycleParticipant<ISiloLifecycle>>())
            participant.Participate(lifecycle);
        foreach (var observer in lifecycle._observers)
            await observer.OnStart(CancellationToken.None);
        return services.GetRequiredKeyedService<IGrainStorage>(ProviderName);
    }

    public IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer)
    {
        _observers.Add(observer);
        return new MemoryStream();
    }

    private static async Task CreateTables(string connectionString)
    {
        await using var connection = new SqliteConnection(connectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = """
            CREATE TABLE OrleansQuery (QueryKey TEXT PRIMARY KEY, QueryText TEXT NOT NULL);
            CREATE TABLE OrleansStorage (
                GrainIdHash INT NOT NULL, GrainIdN0 BIGINT NOT NULL, GrainIdN1 BIGINT NOT NULL, GrainTypeHash INT NOT NULL,
                GrainTypeString TEXT NOT NULL, GrainIdExtensionString TEXT NOT NULL, ServiceId TEXT NOT NULL,
                PayloadBinary BLOB, ModifiedOn DATETIME NOT NULL, Version INT NOT NULL);
            CREATE UNIQUE INDEX IX_OrleansStorage ON OrleansStorage (
                GrainIdHash, GrainTypeHash, GrainIdN0, GrainIdN1, GrainTypeString, GrainIdExtensionString, ServiceId);
            INSERT INTO OrleansQuery VALUES
            ('ReadFromStorageKey', 'SELECT PayloadBinary, Version FROM OrleansStorage
                WHERE GrainIdHash = @GrainIdHash AND GrainTypeHash = @GrainTypeHash AND GrainIdN0 = @GrainIdN0
                  AND GrainIdN1 = @GrainIdN1 AND GrainTypeString = @GrainTypeString
                  AND GrainIdExtensionString = @GrainIdExtensionString AND ServiceId = @ServiceId'),
            ('WriteToStorageKey', 'INSERT INTO OrleansStorage
                SELECT @GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString, @GrainIdExtensionString,
                    @ServiceId, @PayloadBinary, datetime(''now''), 1 WHERE true
                ON CONFLICT DO UPDATE SET PayloadBinary = excluded.PayloadBinary, ModifiedOn = excluded.ModifiedOn,
                    Version = Version + 1 WHERE Version = @GrainStateVersion
                RETURNING Version AS NewGrainStateVersion'),
            ('ClearStorageKey', 'SELECT 1'),
            ('DeleteStorageKey', 'SELECT 1');
            """;
        await command.ExecuteNonQueryAsync();
    }
}
