using System.Buffers.Binary;

namespace Docker.DotNet;

/// <summary>
/// Output of a container. Without a terminal it comes in frames: a byte for the stream, three zeros, four bytes of length
/// (big-endian), then so many bytes. With a terminal it comes raw.
/// </summary>
public sealed class MultiplexedStream(Stream stream, bool multiplexed) : IDisposable
{
    private readonly byte[] _header = new byte[8];
    private TargetStream _target = TargetStream.StandardOut;
    private long _left;

    public enum TargetStream : byte
    {
        StandardIn = 0,
        StandardOut = 1,
        StandardError = 2,
    }

    public void Dispose() => stream.Dispose();

    public async Task<ReadResult> ReadOutputAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        while (multiplexed && _left == 0)
        {
            var got = await stream.ReadAtLeastAsync(_header, _header.Length, throwOnEndOfStream: false, cancellationToken);
            if (got == 0)
                return default;
            if (got < _header.Length)
                throw new EndOfStreamException();
            _target = (TargetStream)_header[0];
            _left = BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(4));
        }

        var wanted = multiplexed ? (int)Math.Min(count, _left) : count;
        var read = await stream.ReadAsync(buffer.AsMemory(offset, wanted), cancellationToken);
        if (read == 0 && multiplexed)
            throw new EndOfStreamException();
        _left -= multiplexed ? read : 0;
        return new ReadResult(_target, read);
    }

    public readonly struct ReadResult(TargetStream target, int count)
    {
        public TargetStream Target { get; } = target;

        public int Count { get; } = count;

        public bool EOF => Count == 0;
    }
}
