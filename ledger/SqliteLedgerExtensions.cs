using AutoDeploy.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Storage;

namespace AutoDeploy.Ledger;

public static class SqliteLedgerExtensions
{
    /// <summary>The name under which grains ask for their storage.</summary>
    public const string StorageName = "state";

    /// <summary>
    /// The embedded ledger, and the grains' state in the same file. <see cref="ILedger.Open"/> has to be called before the grains run.
    /// </summary>
    public static IServiceCollection AddSqliteLedger(this IServiceCollection services, LedgerOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddLogging();
        services.AddSingleton(options);
        services.AddSingleton<SqliteLedger>();
        services.AddSingleton<ILedger>(provider => provider.GetRequiredService<SqliteLedger>());
        // Orleans finds a named storage as a keyed service
        services.AddKeyedSingleton<IGrainStorage>(
            StorageName, (provider, _) => new SqliteGrainStorage(provider.GetRequiredService<SqliteLedger>()));
        return services;
    }
}
