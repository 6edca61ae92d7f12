using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;

namespace AutoDeploy.Containers.Docker;

/// <summary>An IPv4 subnet, of which Docker hands out the lower half and we the upper one.</summary>
internal sealed record SubnetAddress(uint Start, int PrefixLength)
{
    private uint Size => 1u << (32 - PrefixLength);

    public string LowerHalf => $"{Address(Start)}/{PrefixLength + 1}";

    public string Gateway => Address(Start + 1).ToString();

    /// <summary>Null for anything but an IPv4 subnet with room for two halves.</summary>
    public static SubnetAddress? Parse(string text) =>
        IPNetwork.TryParse(text, out var network)
        && network.BaseAddress.GetAddressBytes() is { Length: 4 } bytes
        && network.PrefixLength is >= 8 and <= 28
            ? new SubnetAddress(BinaryPrimitives.ReadUInt32BigEndian(bytes), network.PrefixLength)
            : null;

    /// <summary>An address of the upper half, the same for the same key and attempt.</summary>
    public IPAddress Pick(Guid key, int attempt)
    {
        Span<byte> input = stackalloc byte[17],
            hash = stackalloc byte[SHA256.HashSizeInBytes];
        key.TryWriteBytes(input);
        input[16] = (byte)attempt;
        SHA256.HashData(input, hash);
        var half = Size / 2;
        return Address(Start + half + (BinaryPrimitives.ReadUInt32BigEndian(hash) % (half - 1))); // the last address is the broadcast
    }

    public override string ToString() => $"{Address(Start)}/{PrefixLength}";

    private static IPAddress Address(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return new IPAddress(bytes);
    }
}
