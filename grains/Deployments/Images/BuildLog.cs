using System.Threading.Channels;

namespace AutoDeploy.Deployments.Images;

/// <summary>
/// Carries a build's output into its deployment's log, in its order, many lines at a time; of endless output the beginning and the end.
/// </summary>
public sealed class BuildLog : IProgress<string>, IAsyncDisposable
{
    /// <summary>So many lines are kept of a build from its beginning.</summary>
    public const int MaxLines = 10_000;

    private const int MaxLastLines = 100;

    private const int BatchSize = 200;

    private const int MaxLineLength = 4096;

    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Queue<string> _lastLines = [];
    private readonly Task _writing;
    private long _lineCount;

    /// <param name="write">Adds lines to the log.</param>
    public BuildLog(Func<IReadOnlyList<string>, Task> write) => _writing = Task.Run(() => Write(write));

    public void Report(string value)
    {
        var line = "  " + (value.Length > MaxLineLength ? value[..MaxLineLength] + "…" : value);
        lock (_lastLines)
        {
            if (++_lineCount <= MaxLines)
            {
                _lines.Writer.TryWrite(line);
                return;
            }

            if (_lastLines.Count == MaxLastLines)
                _lastLines.Dequeue();
            _lastLines.Enqueue(line);
        }
    }

    /// <summary>All that was reported is in the log.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lastLines)
        {
            if (_lineCount - MaxLines - _lastLines.Count is > 0 and var missing)
                _lines.Writer.TryWrite($"  … {missing} lines are not kept …");
            foreach (var line in _lastLines)
                _lines.Writer.TryWrite(line);
        }

        _lines.Writer.TryComplete();
        await _writing;
    }

    private async Task Write(Func<IReadOnlyList<string>, Task> write)
    {
        var batch = new List<string>(BatchSize);
        while (await _lines.Reader.WaitToReadAsync())
        {
            while (batch.Count < BatchSize && _lines.Reader.TryRead(out var line))
                batch.Add(line);
            await write([.. batch]);
            batch.Clear();
        }
    }
}
