using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Storage;

namespace AutoDeploy.Ledger.Tests;

/// <summary>The storage of grains' states on PostgreSQL without a silo: what a silo calls at its start is called here.</summary>
internal sealed class PostgresStates : ISiloLifecycle, IDisposable
{
    private readonly List<ILifecycleObserver> _observers = [];

    private PostgresStates() { }

    public int HighestCompletedStage => 0;

    public int LowestStoppedStage => 0;

    public static async Task<IGrainStorage> Open(SqlLedger ledger)
    {
        var provider = new ServiceCollection()
            .AddLogging()
            .AddSerializer()
            .Configure<ClusterOptions>(options => options.ServiceId = LedgerExtensions.ServiceId)
            .AddSingleton(ledger)
            .AddPostgresGrainStorage()
            .BuildServiceProvider();
        var lifecycle = new PostgresStates();
        foreach (var participant in provider.GetServices<ILifecycleParticipant<ISiloLifecycle>>())
            participant.Participate(lifecycle);
        foreach (var observer in lifecycle._observers)
            await observer.OnStart(CancellationToken.None);
        return provider.GetRequiredKeyedService<IGrainStorage>(LedgerExtensions.StorageName);
    }

    public IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer)
    {
        _observers.Add(observer);
        return this;
    }

    public void Dispose() { }
}
