using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime.Hosting;

namespace AutoDeploy.Polyfill.Tests;

/// <summary>A host with a silo, as the product has it, but with fake time.</summary>
internal sealed class TestSilo : IAsyncDisposable
{
    private readonly IHost _host;

    private TestSilo(Action<ISiloBuilder>? configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(Log);
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddSingleton(Probe);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering();
            silo.Services.AddGrainStorage("memory", (_, _) => Storage);
            configure?.Invoke(silo);
        });
        _host = builder.Build();
    }

    public FakeTime Time { get; } = new();

    public MemoryStorage Storage { get; } = new();

    public Probe Probe { get; } = new();

    public LogLines Log { get; } = new();

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    public IServiceProvider Services => _host.Services;

    public static async Task<TestSilo> Start(Action<ISiloBuilder>? configure = null)
    {
        var silo = new TestSilo(configure);
        await silo._host.StartAsync().WithDeadline();
        return silo;
    }

    public static TestSilo NotStarted() => new(null);

    public T Grain<T>(string key = "it")
        where T : IGrainWithStringKey => Grains.GetGrain<T>(key);

    public Task Stop(CancellationToken patience = default) => _host.StopAsync(patience).WithDeadline();

    public async ValueTask DisposeAsync()
    {
        // A failed test must not wait for its grains.
        await Stop(new CancellationToken(canceled: true));
        _host.Dispose();
    }
}
