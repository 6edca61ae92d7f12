using System.Net.Http.Headers;
using AutoDeploy.Ports;

namespace AutoDeploy.Registry;

/// <summary>Caches answers of registries by ETag, so that an unchanged answer is a 304. The cache is bounded.</summary>
internal sealed class RegistryEtagCache
{
    /// <summary>The maximum number of cached digests and tags.</summary>
    private const int MaxSize = 100_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<EtagKey, EtagEntry> _known = [];
    private int _size;

    public EtagEntry? Find(Uri address, RegistryCredential? credential)
    {
        lock (_lock)
            return _known.GetValueOrDefault(new EtagKey(address, credential?.Username, credential?.Password));
    }

    /// <param name="answer">A 2xx. Without an ETag, the cached entry is removed.</param>
    public void Store(Uri address, RegistryCredential? credential, HttpResponseMessage answer, params IReadOnlyList<string> said)
    {
        var key = new EtagKey(address, credential?.Username, credential?.Password);
        lock (_lock)
        {
            if (_known.Remove(key, out var old))
                _size -= old.Size;
            if (answer.Headers.ETag is not { } tag || tag.Tag == "*")
                return;
            var known = new EtagEntry(tag, said, RegistryLinks.Next(answer, address));
            if (known.Size > MaxSize)
                return;
            // clear everything: each entry costs one full request more
            if (_size + known.Size > MaxSize)
            {
                _known.Clear();
                _size = 0;
            }

            _known[key] = known;
            _size += known.Size;
        }
    }

    /// <param name="Values">A digest, or tags.</param>
    /// <param name="Next">The next page.</param>
    public sealed record EtagEntry(EntityTagHeaderValue Tag, IReadOnlyList<string> Values, NextPage? Next)
    {
        public int Size => 1 + Values.Count;
    }

    /// <summary>Entries are separate per account: accounts have different permissions.</summary>
    private sealed record EtagKey(Uri Address, string? Username, string? Password)
    {
        public override string ToString() => Address.ToString();
    }
}
