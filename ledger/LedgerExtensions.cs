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

    /// <summary>
    /// The ledger in a file, and the grains' state in the same file. <see cref="ILedger.Open"/> has to be called before the grains run.
    /// </summary>
    public static IServiceCollection AddSqliteLedger(this IServiceCollection services, LedgerOptions options) =>
        services.AddLedger(provider => new SqlLedger(options, provider.GetRequiredService<TimeProvider>(), Logger(provider)));

    /// <summary>The same on PostgreSQL.</summary>
    public static IServiceCollection AddPostgresLedger(this IServiceCollection services, PostgresLedgerOptions options) =>
        services.AddLedger(provider => new SqlLedger(options, provider.GetRequiredService<TimeProvider>(), Logger(provider)));

    private static IServiceCollection AddLedger(this IServiceCollection services, Func<IServiceProvider, SqlLedger> make)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddLogging();
        services.AddSingleton(make);
        services.AddSingleton<ILedger>(provider => provider.GetRequiredService<SqlLedger>());
        // Orleans finds a named storage as a keyed service
        services.AddKeyedSingleton<IGrainStorage>(StorageName, (provider, _) => new SqlGrainStorage(provider.GetRequiredService<SqlLedger>()));
        return services;
    }

    private static ILogger<SqlLedger> Logger(IServiceProvider provider) => provider.GetRequiredService<ILogger<SqlLedger>>();
}
