using AutoDeploy.Telemetry;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Hosting.Telemetry;

/// <summary>
/// Keeps only AutoDeploy's log scopes. Those of the web server contain request paths, and a hook's path contains its key.
/// </summary>
internal sealed class LogScopeProvider : IExternalScopeProvider
{
    private readonly LoggerExternalScopeProvider _scopes = new();

    public void ForEachScope<TState>(Action<object?, TState> callback, TState state) => _scopes.ForEachScope(callback, state);

    public IDisposable Push(object? state) => state is LogScopeIds ? _scopes.Push(state) : NoScope.Instance;

    private sealed class NoScope : IDisposable
    {
        public static readonly NoScope Instance = new();

        public void Dispose() { }
    }
}
