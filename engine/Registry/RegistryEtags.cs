using System.Net.Http.Headers;
using AutoDeploy.Ports;

namespace AutoDeploy.Engine;

/// <summary>
/// What registries answered last, with the ETag that they gave it: asked with that, they answer 304 where it is still so. Bounded; what is forgotten is
/// asked in full.
/// </summary>
internal sealed class RegistryEtags
{
    /// <summary>So many digests and tags are kept.</summary>
    private const int Most = 100_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<Key, Known> _known = [];
    private int _size;

    public Known? Find(Uri address, RegistryCredential? credential)
    {
        lock (_lock)
            return _known.GetValueOrDefault(new Key(address, credential?.Username, credential?.Password));
    }

    /// <param name="answer">A 2xx; without an ETag what was known is forgotten.</param>
    public void Keep(Uri address, RegistryCredential? credential, HttpResponseMessage answer, params IReadOnlyList<string> said)
    {
        var key = new Key(address, credential?.Username, credential?.Password);
        lock (_lock)
        {
            if (_known.Remove(key, out var old))
                _size -= old.Size;
            if (answer.Headers.ETag is not { } tag || tag.Tag == "*")
                return;
            var known = new Known(tag, said, RegistryLinks.Next(answer, address));
            if (known.Size > Most)
                return;
            // all at once: each is asked for one time more, and that is all
            if (_size + known.Size > Most)
            {
                _known.Clear();
                _size = 0;
            }

            _known[key] = known;
            _size += known.Size;
        }
    }

    /// <param name="Said">A digest, or tags.</param>
    /// <param name="Next">Where a list goes on.</param>
    public sealed record Known(EntityTagHeaderValue Tag, IReadOnlyList<string> Said, NextPage? Next)
    {
        public int Size => 1 + Said.Count;
    }

    /// <summary>What one may see another may not.</summary>
    private sealed record Key(Uri Address, string? Username, string? Password)
    {
        public override string ToString() => Address.ToString();
    }
}
