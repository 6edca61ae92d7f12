using AutoDeploy.Telemetry;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Silo.Telemetry;

/// <summary>Keeps our scopes alone: the web server's have the path of the request, and in that of a hook is its key.</summary>
internal sealed class LogScopes : IExternalScopeProvider
{
    private readonly LoggerExternalScopeProvider _scopes = new();

    public void ForEachScope<TState>(Action<object?, TState> callback, TState state) => _scopes.ForEachScope(callback, state);

    public IDisposable Push(object? state) => state is LogIds ? _scopes.Push(state) : Nothing.Instance;

    private sealed class Nothing : IDisposable
    {
        public static readonly Nothing Instance = new();

        public void Dispose()
        {
        }
    }
}
