using System.Collections.Concurrent;

namespace AutoDeploy.Services.Tags;

/// <summary>
/// Keeps what was made of texts. When it is full it starts anew: what is in use is back at once, and nothing has to be counted.
/// </summary>
/// <param name="max">So many are kept.</param>
/// <param name="make">A pure function; may be called twice for the same text.</param>
public sealed class BoundedCache<T>(int max, Func<string, T> make)
{
    private readonly ConcurrentDictionary<string, T> _entries = new(StringComparer.Ordinal);
    private readonly Lock _adding = new();

    public int Count => _entries.Count;

    public T Get(string text)
    {
        if (_entries.TryGetValue(text, out var value))
            return value;
        value = make(text);
        lock (_adding)
        {
            if (_entries.Count >= max)
                _entries.Clear();
            _entries[text] = value;
        }

        return value;
    }
}
