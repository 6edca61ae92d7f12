using System.Text;

namespace AutoDeploy.Registry.Tests;

/// <summary>
/// In the place of the network: connections on which each request is answered with the bytes that the test wants, well formed or not.
/// </summary>
internal sealed class RawAnswers(Func<string, string> answer)
{
    /// <summary>The heads of the requests so far.</summary>
    public List<string> Requests { get; } = [];

    private string Answer(string request) => answer(request);

    public SocketsHttpHandler Handler() =>
        new()
        {
            UseCookies = false,
            MaxAutomaticRedirections = 5,
            ConnectCallback = (_, _) => ValueTask.FromResult<Stream>(new Connection(this)),
        };

    private sealed class Connection(RawAnswers answers) : Stream
    {
        private readonly StringBuilder _request = new();
        private readonly MemoryStream _answers = new();

        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Write(buffer.Span);
            return ValueTask.CompletedTask;
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            _request.Append(Encoding.Latin1.GetString(buffer));
            if (!_request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
                return;
            answers.Requests.Add(_request.ToString());
            var at = _answers.Position;
            _answers.Position = _answers.Length;
            _answers.Write(Encoding.Latin1.GetBytes(answers.Answer(_request.ToString())));
            _answers.Position = at;
            _request.Clear();
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        // the client reads ahead, before it has asked: that is no end
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (buffer.Length == 0)
                await Task.Yield();
            return _answers.Read(buffer.Span);
        }

        public override int Read(byte[] buffer, int offset, int count) => _answers.Read(buffer, offset, count);

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
