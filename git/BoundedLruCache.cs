using System.Diagnostics.CodeAnalysis;

namespace AutoDeploy.Git;

/// <summary>A cache that keeps the most recently used answers, bounded by count and total weight.</summary>
internal sealed class BoundedLruCache<TKey, TValue>(int capacity, long maxWeight)
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _order = new();
    private long _weight;

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out var node))
            {
                _order.Remove(node);
                _order.AddFirst(node);
                value = node.Value.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    public void Add(TKey key, TValue value, long weight = 1)
    {
        if (weight > maxWeight)
            return;
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out var old))
                Remove(old);
            _entries[key] = _order.AddFirst(new Entry(key, value, weight));
            _weight += weight;
            while (_entries.Count > capacity || _weight > maxWeight)
                Remove(_order.Last!);
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _entries.Clear();
            _order.Clear();
            _weight = 0;
        }
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _order.Remove(node);
        _entries.Remove(node.Value.Key);
        _weight -= node.Value.Weight;
    }

    private sealed record Entry(TKey Key, TValue Value, long Weight);
}
