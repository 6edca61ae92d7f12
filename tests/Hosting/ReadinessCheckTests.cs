using AutoDeploy.Engines;
using AutoDeploy.Hosting.Health;
using AutoDeploy.Jobs;
using AutoDeploy.Ports;
using AutoDeploy.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AutoDeploy.Hosting.Tests;

/// <summary>What is asked for readiness, and what becomes of the answers.</summary>
public sealed class ReadinessCheckTests
{
    private static readonly EngineReport Answering = new() { Name = "engine", Version = "1" };

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(false, true, true)]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    public async Task A_process_is_ready_when_the_ledger_an_engine_and_the_silos_answer(bool ledger, bool engine, bool cluster)
    {
        var readiness = await Check(ledger, cluster, new() { ["local"] = engine });

        Assert.Equal(ledger && engine && cluster, readiness.IsReady);
        Assert.Equal((Format(ledger), Format(engine), Format(cluster)), (readiness.Ledger, readiness.Engine, readiness.Cluster));
    }

    [Fact]
    public async Task One_engine_that_answers_is_enough_and_each_is_named()
    {
        var readiness = await Check(true, true, new() { ["away"] = false, ["here"] = true });

        Assert.True(readiness.IsReady);
        Assert.Equal(new() { ["away"] = "does not answer", ["here"] = "ok" }, readiness.Engines.ToDictionary());
    }

    [Fact]
    public async Task Without_an_engine_a_process_is_not_ready()
    {
        var readiness = await Check(true, true, []);

        Assert.Equal((false, "does not answer"), (readiness.IsReady, readiness.Engine));
        Assert.Empty(readiness.Engines);
    }

    [Fact]
    public async Task An_engine_that_does_not_answer_in_time_hides_no_other()
    {
        using var timeout = new CancellationTokenSource();
        var grains = CreateEngines(name => name == "here" ? Task.FromResult(Answering) : Never());
        var check = new EngineReadinessCheck(new EngineDirectory(CreateLedger(true, ["stuck", "here"]), grains));

        var checking = check.CheckHealthAsync(new HealthCheckContext(), timeout.Token);
        await timeout.CancelAsync();
        var result = await checking;

        Assert.Equal((HealthStatus.Healthy, false, true), (result.Status, result.Data["stuck"], result.Data["here"]));

        static async Task<EngineReport> Never()
        {
            await Task.Delay(Timeout.Infinite);
            return Answering;
        }
    }

    private static async Task<Readiness> Check(bool ledger, bool cluster, Dictionary<string, bool> engines)
    {
        var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(CreateLedger(ledger, [.. engines.Keys]))
            .AddSingleton(CreateEngines(name => Task.FromResult(engines[name] ? Answering : EngineReport.Silent), cluster))
            .AddSingleton<EngineDirectory>()
            .AddReadiness();
        await using var provider = services.BuildServiceProvider();
        return Readiness.From(await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync());
    }

    private static ILedger CreateLedger(bool answers, IReadOnlyList<string> engines) =>
        Fake.Create<ILedger>(
            (method, _) =>
                method switch
                {
                    nameof(ILedger.ListEngines) => Task.FromResult(engines),
                    nameof(ILedger.Ping) when answers => Task.CompletedTask,
                    nameof(ILedger.Ping) => Task.FromException(new TimeoutException()),
                    _ => null,
                }
        );

    private static IGrainFactory CreateEngines(Func<string, Task<EngineReport>> ping, bool cluster = true) =>
        Fake.Create<IGrainFactory>(
            (_, arguments) =>
                (string)arguments[0]! == "ready"
                    ? Fake.Create<ISingletonJobGrain>((_, _) => cluster ? Task.CompletedTask : Task.FromException(new TimeoutException()))
                    : Fake.Create<IEngineGrain>((_, _) => ping((string)arguments[0]!))
        );

    private static string Format(bool answers) => answers ? "ok" : "does not answer";
}
