using Orleans;
using Orleans.Concurrency;

namespace AutoDeploy.Polyfill.Tests;

/// <summary>A grain that does what the test says. Only the polyfill can do this: it passes delegates through a call.</summary>
internal interface IScriptGrain : IGrainWithStringKey
{
    Task Do(Func<ScriptGrain, Task> script);

    [AlwaysInterleave]
    Task DoInterleaving(Func<ScriptGrain, Task> script);
}

internal sealed class ScriptGrain(Probe probe) : Grain, IScriptGrain, IDisposable
{
    public string Key => this.GetPrimaryKeyString();

    public Task Do(Func<ScriptGrain, Task> script) => script(this);

    public Task DoInterleaving(Func<ScriptGrain, Task> script) => script(this);

    public T Other<T>(string key)
        where T : IGrainWithStringKey => GrainFactory.GetGrain<T>(key);

    public void EndWhenIdle() => DeactivateOnIdle();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        probe.Note($"{Key} activated");
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        probe.Note($"{Key} deactivated: {reason.ReasonCode}");
        probe[$"{Key} deactivates"].Arrive();
        await Task.Yield();
    }

    public void Dispose()
    {
        probe.Note($"{Key} disposed");
        probe[$"{Key} disposed"].Arrive();
    }
}

internal static class Scripts
{
    public static Task Do(this IScriptGrain grain, Action<ScriptGrain> script) => grain.Do(self =>
    {
        script(self);
        return Task.CompletedTask;
    }).WithDeadline();

    /// <summary>When this has ended, all turns that the grain took before have ended.</summary>
    public static Task CatchUp(this IScriptGrain grain) => grain.Do(_ => { });

    /// <summary>When this has ended, all turns that the grain may take have begun.</summary>
    public static Task Ping(this IScriptGrain grain) => grain.DoInterleaving(_ => Task.CompletedTask).WithDeadline();
}
