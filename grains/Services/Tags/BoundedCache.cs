using System.Collections.Concurrent;

namespace AutoDeploy.Services;

/// <summary>Keeps what was made of texts. When it is full it starts anew: what is in use is back at once, and nothing has to be counted.</summary>
/// <param name="most">So many are kept.</param>
/// <param name="make">A pure function; may be called twice for the same text.</param>
public sealed class BoundedCache<T>(int most, Func<string, T> make)
{
    private readonly ConcurrentDictionary<string, T> _kept = new(StringComparer.Ordinal);
    private readonly Lock _adding = new();

    public int Count => _kept.Count;

    public T Get(string text)
    {
        if (_kept.TryGetValue(text, out var value))
            return value;
        value = make(text);
        lock (_adding)
        {
            if (_kept.Count >= most)
                _kept.Clear();
            _kept[text] = value;
        }

        return value;
    }
}
