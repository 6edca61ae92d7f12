using System.Net;
using System.Net.Sockets;

namespace AutoDeploy.Api.Access;

/// <summary>
/// Counts wrong tokens per address: after ten within a minute the address is told to wait. Only wrong ones are slowed down: the
/// admin may sit behind the same address as the one who guesses. Remembers a bounded number of addresses.
/// </summary>
public sealed class FailedAttempts(TimeProvider time)
{
    public const int Allowed = 10;
    private const int Remembered = 10_000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, (DateTimeOffset Since, int Count)> _byAddress = [];
    private DateTimeOffset _swept;

    public int Addresses => _byAddress.Count;

    /// <summary>One more; answers how long to wait, or null where that is not needed yet.</summary>
    public TimeSpan? Add(IPAddress? address)
    {
        var key = Key(address);
        var now = time.GetUtcNow();
        lock (_lock)
        {
            var entry = _byAddress.TryGetValue(key, out var found) && now - found.Since < Window ? found : (Since: now, Count: 0);
            if (_byAddress.Count >= Remembered && !_byAddress.ContainsKey(key))
                MakeRoom(now);
            entry.Count++;
            _byAddress[key] = entry;
            return entry.Count > Allowed ? entry.Since + Window - now : null;
        }
    }

    private void MakeRoom(DateTimeOffset now)
    {
        if (now - _swept > TimeSpan.FromSeconds(1))
        {
            _swept = now;
            foreach (var (key, entry) in _byAddress)
                if (now - entry.Since >= Window)
                    _byAddress.Remove(key);
        }

        while (_byAddress.Count >= Remembered)
            _byAddress.Remove(_byAddress.Keys.First());
    }

    /// <summary>One who has an IPv6 address has 2^64 of them.</summary>
    private static UInt128 Key(IPAddress? address)
    {
        if (address is null)
            return 0;
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        if (address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false })
            bytes[8..].Clear();
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
