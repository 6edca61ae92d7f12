using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Testing;

/// <summary>Keeps what is logged, for one class or as the provider for all.</summary>
public sealed class ListLogger<T> : ILogger<T>, ILoggerProvider
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _all = [];

    public IReadOnlyList<string> Lines => [.. _all.Select(line => line.Text)];

    public IReadOnlyList<string> Warnings => [.. _all.Where(line => line.Level == LogLevel.Warning).Select(line => line.Text)];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => _all.Enqueue((logLevel, formatter(state, exception) + exception));

    public void Dispose() { }
}
