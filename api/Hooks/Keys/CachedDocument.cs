namespace AutoDeploy.Api.Hooks.Keys;

/// <summary>
/// What was fetched from senders' servers, read, and kept for a while; several who want the same wait for one answer. A failure is kept for
/// a moment, too.
/// </summary>
/// <param name="read">Null when the answer is not what was expected.</param>
/// <param name="usual">How long it is kept where the server does not say.</param>
internal sealed class CachedDocument<T>(ISenderHttpClient client, TimeProvider time, Func<byte[], T?> read, TimeSpan usual)
    where T : class
{
    /// <summary>The maximum number of entries, because a holder of a hook's URL can name many.</summary>
    private const int MaxEntries = 32;

    private static readonly TimeSpan MinAge = TimeSpan.FromMinutes(1),
        MaxAge = TimeSpan.FromDays(1);

    /// <summary>Before a server that failed is asked again.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<Uri, Entry> _entries = [];

    /// <param name="atLeastFrom">What was fetched before is not good enough.</param>
    /// <exception cref="SenderHttpException">It cannot be fetched at the moment.</exception>
    public Task<T> Get(Uri address, DateTimeOffset atLeastFrom = default)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (
                _entries.TryGetValue(address, out var known)
                && (!known.Answer.IsCompleted || (known.Until > now && known.From >= atLeastFrom))
            )
                return known.Answer;
            if (_entries.Count >= MaxEntries)
                _entries.Clear();
            var entry = new Entry { From = now, Until = now + RetryDelay };
            _entries[address] = entry;
            entry.Answer = Task.Run(() => Fetch(address, entry));
            return entry.Answer;
        }
    }

    private async Task<T> Fetch(Uri address, Entry entry)
    {
        var answer = await client.Get(address, CancellationToken.None);
        if (!answer.IsSuccess)
            throw new SenderHttpException($"{address.Host} answered {answer.Status}.");
        if (read(answer.Body) is not { } got)
            throw new SenderHttpException($"{address.Host} gave an answer that cannot be read.");
        var age = answer.MaxAge ?? usual;
        lock (_lock)
            entry.Until =
                entry.From
                + (
                    age < MinAge ? MinAge
                    : age > MaxAge ? MaxAge
                    : age
                );
        return got;
    }

    private sealed class Entry
    {
        public Task<T> Answer { get; set; } = null!;

        public required DateTimeOffset From { get; init; }

        public required DateTimeOffset Until { get; set; }
    }
}
