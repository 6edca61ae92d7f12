using AutoDeploy.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace AutoDeploy.Ledger;

public static class LedgerExtensions
{
    /// <summary>The name under which grains ask for their storage.</summary>
    public const string StorageName = "state";

    /// <summary>The name of all clusters for what they store: with it, states stay found.</summary>
    public const string ServiceId = "autodeploy";

    /// <summary>Orleans' name for PostgreSQL's provider.</summary>
    private const string Npgsql = "Npgsql";

    private const string AdoNetName = "state-adonet";

    /// <summary>
    /// The ledger in a file, and the grains' state in the same file. <see cref="ILedgerDatabase.Open"/> has to be called before the grains
    /// run.
    /// </summary>
    public static IServiceCollection AddSqliteLedger(this IServiceCollection services, LedgerOptions options) =>
        services
            .AddLedger(provider => new SqlLedger(options, provider.GetRequiredService<TimeProvider>(), Logger(provider)))
            // Orleans finds a named storage as a keyed service
            .AddKeyedSingleton<IGrainStorage>(
                StorageName,
                (provider, _) => new SqliteGrainStorage(provider.GetRequiredService<SqlLedger>())
            );

    /// <summary>The ledger on PostgreSQL. Where grains run, <see cref="AddPostgresGrainStorage"/> has to be added, too.</summary>
    public static IServiceCollection AddPostgresLedger(this IServiceCollection services, PostgresLedgerOptions options) =>
        services.AddLedger(provider => new SqlLedger(options, provider.GetRequiredService<TimeProvider>(), Logger(provider)));

    /// <summary>
    /// The grains' state in the database of the ledger on PostgreSQL, by Orleans' own provider. The cluster's service id has to be
    /// <see cref="ServiceId"/>.
    /// </summary>
    public static IServiceCollection AddPostgresGrainStorage(this IServiceCollection services)
    {
        services.AddAdoNetGrainStorage(
            AdoNetName,
            storage =>
                storage.Configure<SqlLedger>(
                    (options, ledger) =>
                    {
                        options.Invariant = Npgsql;
                        options.DataSource = ledger.StateSource;
                        options.GrainStorageSerializer = new GrainStateSerializer();
                        options.HashPicker = new StorageHasherPicker([new OrleansDefaultHasher()]);
                        options.DeleteStateOnClear = true;
                    }
                )
        );
        services.AddKeyedSingleton<IGrainStorage>(
            StorageName,
            (provider, _) =>
                new ExplainingGrainStorage(
                    provider.GetRequiredKeyedService<IGrainStorage>(AdoNetName),
                    provider.GetRequiredService<SqlLedger>().Explain
                )
        );
        return services;
    }

    private static IServiceCollection AddLedger(this IServiceCollection services, Func<IServiceProvider, SqlLedger> make)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddLogging();
        services.AddSingleton(make);
        return services
            .AddSingleton<ILedger>(provider => provider.GetRequiredService<SqlLedger>())
            .AddSingleton<ILedgerDatabase>(Ledger)
            .AddSingleton<IPushStore>(Ledger)
            .AddSingleton<IServiceStore>(Ledger)
            .AddSingleton<IPollStore>(Ledger)
            .AddSingleton<ITriggerStore>(Ledger)
            .AddSingleton<IVerdictStore>(Ledger)
            .AddSingleton<IDeploymentStore>(Ledger)
            .AddSingleton<IHookStore>(Ledger)
            .AddSingleton<IDeliveryStore>(Ledger)
            .AddSingleton<ICredentialStore>(Ledger)
            .AddSingleton<IHostAliasStore>(Ledger)
            .AddSingleton<ISettingsStore>(Ledger)
            .AddSingleton<IRetentionStore>(Ledger)
            .AddSingleton<IEventLog>(Ledger)
            .AddSingleton<INotificationLedger>(Ledger)
            .AddSingleton<IEngineLedger>(Ledger)
            .AddSingleton<IContainerLedger>(Ledger)
            .AddSingleton<IBuildLedger>(Ledger)
            .AddSingleton<IVolumeLedger>(Ledger);
    }

    /// <summary>Whatever stands for the ledger is each of its stores.</summary>
    private static ILedger Ledger(IServiceProvider provider) => provider.GetRequiredService<ILedger>();

    private static ILogger<SqlLedger> Logger(IServiceProvider provider) => provider.GetRequiredService<ILogger<SqlLedger>>();
}
