using System.Text;

namespace AutoDeploy.Git.Tests;

public sealed class RecordReaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(100)]
    public async Task Records_come_whole_however_the_bytes_come(int atOnce)
    {
        var records = new List<string>();

        Assert.True(await Read(new Endless("one\0\0three\0longest\0rest", atOnce, times: 1), 7, record => records.Add(record)));

        Assert.Equal(["one", "", "three", "longest"], records);
    }

    [Fact]
    public async Task A_record_that_is_too_long_ends_the_reading()
    {
        var records = new List<string>();
        var input = new Endless("one\0toolong\0", 100, times: 1);

        Assert.False(await Read(input, 6, record => records.Add(record)));

        Assert.Equal(["one"], records);
    }

    [Fact]
    public async Task No_more_is_read_than_is_wanted()
    {
        var (count, input) = (0, new Endless("a record\0", 64, times: int.MaxValue));

        Assert.False(await RecordReader.Read(input, 100, _ => ++count < 1_000, default));

        Assert.Equal(1_000, count);
        Assert.InRange(input.BytesRead, 9_000, 9_200);
    }

    private static Task<bool> Read(Stream input, int maxBytes, Action<string> add) =>
        RecordReader.Read(
            input,
            maxBytes,
            record =>
            {
                add(Encoding.UTF8.GetString(record));
                return true;
            },
            default
        );

    /// <summary>The same text so many times, some bytes at a time.</summary>
    private sealed class Endless(string text, int atOnce, int times) : Stream
    {
        private readonly byte[] _text = Encoding.UTF8.GetBytes(text);

        public long BytesRead { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => BytesRead;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var all = Math.Min((long)_text.Length * times - BytesRead, Math.Min(count, atOnce));
            for (var i = 0; i < all; i++)
                buffer[offset + i] = _text[BytesRead++ % _text.Length];
            return (int)all;
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
