using System.Threading.Channels;

namespace AutoDeploy.Deployments.Images;

/// <summary>Carries a build's output into its deployment's log, in its order, many lines at a time; of endless output the beginning and the end.</summary>
public sealed class BuildLog : IProgress<string>, IAsyncDisposable
{
    /// <summary>So many lines are kept of a build from its beginning.</summary>
    public const int Most = 10_000;

    private const int Last = 100;

    private const int Batch = 200;

    private const int LongestLine = 4096;

    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Queue<string> _last = [];
    private readonly Task _writing;
    private long _seen;

    /// <param name="write">Adds lines to the log.</param>
    public BuildLog(Func<IReadOnlyList<string>, Task> write) => _writing = Task.Run(() => Write(write));

    public void Report(string value)
    {
        var line = "  " + (value.Length > LongestLine ? value[..LongestLine] + "…" : value);
        lock (_last)
        {
            if (++_seen <= Most)
            {
                _lines.Writer.TryWrite(line);
                return;
            }

            if (_last.Count == Last)
                _last.Dequeue();
            _last.Enqueue(line);
        }
    }

    /// <summary>All that was reported is in the log.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_last)
        {
            if (_seen - Most - _last.Count is > 0 and var missing)
                _lines.Writer.TryWrite($"  … {missing} lines are not kept …");
            foreach (var line in _last)
                _lines.Writer.TryWrite(line);
        }

        _lines.Writer.TryComplete();
        await _writing;
    }

    private async Task Write(Func<IReadOnlyList<string>, Task> write)
    {
        var batch = new List<string>(Batch);
        while (await _lines.Reader.WaitToReadAsync())
        {
            while (batch.Count < Batch && _lines.Reader.TryRead(out var line))
                batch.Add(line);
            await write([.. batch]);
            batch.Clear();
        }
    }
}
