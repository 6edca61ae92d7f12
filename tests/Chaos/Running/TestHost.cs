using System.Collections.Concurrent;
using AutoDeploy.Testing;

namespace AutoDeploy.Chaos.Tests.Running;

/// <summary>Keeps our process going, as a service manager does, and does violence to it.</summary>
public sealed class TestHost(AutoDeployProcess app) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Ends of the process that nobody asked for.</summary>
    public ConcurrentQueue<string> Crashes { get; } = [];

    /// <summary>When it was killed: from and to, by the clock of <see cref="UptimeClock"/>.</summary>
    public ConcurrentQueue<(double From, double To)> Kills { get; } = [];

    /// <param name="meanwhile">What happens before it is started again.</param>
    public Task Kill(Func<Task>? meanwhile = null) =>
        Alone(async () =>
        {
            var from = UptimeClock.Now;
            await app.Kill();
            Kills.Enqueue((from, UptimeClock.Now));
            if (meanwhile is not null)
                await meanwhile();
            await Start();
        });

    public Task Freeze(TimeSpan time, CancellationToken cancellationToken) =>
        Alone(async () =>
        {
            app.Freeze();
            try
            {
                await Task.Delay(time, cancellationToken);
            }
            finally
            {
                app.Thaw();
            }
        });

    /// <summary>Starts it again if it ended by itself.</summary>
    public Task Look() =>
        Alone(async () =>
        {
            if (!app.HasExited)
                return;
            Crashes.Enqueue("the process ended by itself");
            await Start();
        });

    public void Dispose() => _one.Dispose();

    /// <summary>What cannot start now may do so when a fault is over.</summary>
    private async Task Start()
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                await app.Start();
                return;
            }
            catch (InvalidOperationException) when (attempt < 60)
            {
                await Task.Delay(500);
            }
    }

    private async Task Alone(Func<Task> work)
    {
        await _one.WaitAsync();
        try
        {
            await work();
        }
        finally
        {
            _one.Release();
        }
    }
}
