using System.Net.Http.Headers;
using AutoDeploy.Ports;

namespace AutoDeploy.Registry;

/// <summary>
/// What registries answered last, with the ETag that they gave it: asked with that, they answer 304 where it is still so. Bounded; what is
/// forgotten is
/// asked in full.
/// </summary>
internal sealed class RegistryEtagCache
{
    /// <summary>So many digests and tags are kept.</summary>
    private const int MaxSize = 100_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<EtagKey, EtagEntry> _known = [];
    private int _size;

    public EtagEntry? Find(Uri address, RegistryCredential? credential)
    {
        lock (_lock)
            return _known.GetValueOrDefault(new EtagKey(address, credential?.Username, credential?.Password));
    }

    /// <param name="answer">A 2xx; without an ETag what was known is forgotten.</param>
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
            // all at once: each is asked for one time more, and that is all
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
    /// <param name="Next">Where a list goes on.</param>
    public sealed record EtagEntry(EntityTagHeaderValue Tag, IReadOnlyList<string> Values, NextPage? Next)
    {
        public int Size => 1 + Values.Count;
    }

    /// <summary>What one may see another may not.</summary>
    private sealed record EtagKey(Uri Address, string? Username, string? Password)
    {
        public override string ToString() => Address.ToString();
    }
}
