using System.Threading.Channels;
using AutoDeploy.Engines;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoDeploy.Grains.Tests;

public class EngineListenerTests
{
    private static readonly Guid ServiceId = Guid.NewGuid();

    [Theory]
    [InlineData(true, 10, true)]
    [InlineData(true, 60, false)]
    [InlineData(false, 10, true)]
    [InlineData(false, 3600, true)]
    public async Task What_exits_before_the_engine_is_gone_is_brought_back_if_it_went_with_it(
        bool accepts,
        int secondsBefore,
        bool comesBack
    )
    {
        var time = new FakeClock();
        var looks = Channel.CreateUnbounded<string>();
        using var stop = new CancellationTokenSource();
        var connected = 0;

        var watch = new EngineListener(
            "local",
            Fake.Create<IEngine>(
                (method, _) =>
                    method switch
                    {
                        nameof(IEngine.Describe) => Task.FromResult(new EngineInfo("paper", "1", "1")),
                        nameof(IEngine.AcceptsConnections) => Task.FromResult(accepts),
                        nameof(IEngine.List) => Task.FromResult<IReadOnlyList<EngineContainer>>([]),
                        _ => connected++ == 0 ? Goes() : Stays(),
                    }
            ),
            Fake.Create<IGrainFactory>(
                (_, _) =>
                    Fake.Create<IServiceGrain>(
                        (method, _) =>
                        {
                            looks.Writer.TryWrite(method);
                            return Task.CompletedTask;
                        }
                    )
            ),
            Fake.Create<ILedger>(
                (method, arguments) =>
                    method == nameof(ILedger.ForgetContainersExcept)
                        ? Task.CompletedTask
                        : Task.FromResult(
                            new Page<ServiceRow>(
                                1,
                                connected > 1 && ((ServiceFilter)arguments[0]!).State == ServiceStatus.Stopped
                                    ? [new ServiceRow(ServiceId, "", "", ServiceStatus.Stopped, default)]
                                    : []
                            )
                        )
            ),
            time,
            NullLogger.Instance
        );
        var run = watch.Run(stop.Token);
        Assert.Equal(
            comesBack ? nameof(IServiceGrain.RestartAfterEngineLoss) : nameof(IServiceGrain.Observe),
            await looks.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(1))
        );
        await stop.CancelAsync();
        await run;

        async IAsyncEnumerable<EngineEvent> Goes()
        {
            yield return Event(EngineEventKind.Connected);
            yield return Event(EngineEventKind.Exited);
            Assert.Equal(nameof(IServiceGrain.Observe), await looks.Reader.ReadAsync());
            time.Now += TimeSpan.FromSeconds(secondsBefore);
            throw new EngineException(EngineFault.Unreachable, "It is gone.");
        }

        async IAsyncEnumerable<EngineEvent> Stays()
        {
            yield return Event(EngineEventKind.Connected);
            await Task.Delay(Timeout.Infinite, stop.Token);
        }

        EngineEvent Event(EngineEventKind kind) => new(kind, ServiceId, "", time.Now);
    }

    /// <summary>Stands still until it is put forward; nobody waits.</summary>
    private sealed class FakeClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
