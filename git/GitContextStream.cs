using System.Formats.Tar;
using System.IO.Pipelines;
using System.Text;

namespace AutoDeploy.Git;

/// <summary>A build context's tar, made while it is read. What goes wrong meanwhile the reader gets as an exception.</summary>
internal sealed class GitContextStream : Stream
{
    private readonly Pipe _pipe = new(
        new PipeOptions(pauseWriterThreshold: 1024 * 1024, resumeWriterThreshold: 512 * 1024, useSynchronizationContext: false)
    );
    private readonly CancellationTokenSource _stop = new();
    private readonly IReadOnlyList<GitContextEntry> _entries;
    private readonly DateTimeOffset _time;
    private readonly Stream _reading;
    private readonly Task _writing;

    /// <param name="entries">In their order in the tar.</param>
    /// <param name="time">All files' time.</param>
    /// <param name="end">What happens when nothing is read from the mirrors any more.</param>
    public GitContextStream(IReadOnlyList<GitContextEntry> entries, DateTimeOffset time, Action end)
    {
        _entries = entries;
        _time = time;
        _reading = _pipe.Reader.AsStream();
        _writing = Task.Run(() => Write(end));
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => _reading.Read(buffer, offset, count);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _reading.ReadAsync(buffer, offset, count, cancellationToken);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _reading.ReadAsync(buffer, cancellationToken);

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading.DisposeAsync(); // a writer that waits for room goes on, and sees that it is stopped
        await _writing;
        GC.SuppressFinalize(this);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stop.Cancel(); // the rest goes by itself
            _reading.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task Write(Action end)
    {
        Exception? problem = null;
        var readers = new Dictionary<GitContextPart, GitBlobReader>();
        try
        {
            // disposing of it writes the end of the tar, which one that failed must not have
            var tar = new TarWriter(_pipe.Writer.AsStream(leaveOpen: true), TarEntryFormat.Gnu, leaveOpen: true);
            foreach (var entry in _entries)
                await Write(tar, entry, readers);
            await tar.DisposeAsync();
        }
        catch (Exception e)
        {
            problem = e;
        }
        finally
        {
            foreach (var reader in readers.Values)
                await reader.DisposeAsync();
            end();
            await _pipe.Writer.CompleteAsync(problem);
        }
    }

    private async Task Write(TarWriter tar, GitContextEntry entry, Dictionary<GitContextPart, GitBlobReader> readers)
    {
        var header = new GnuTarEntry(
            entry.Kind switch
            {
                GitContextEntryKind.Directory => TarEntryType.Directory,
                GitContextEntryKind.Link => TarEntryType.SymbolicLink,
                _ => TarEntryType.RegularFile,
            },
            entry.Kind == GitContextEntryKind.Directory ? entry.Name + "/" : entry.Name
        )
        {
            Mode = entry.Kind switch
            {
                GitContextEntryKind.File => (UnixFileMode)0b110_100_100,
                GitContextEntryKind.Link => (UnixFileMode)0b111_111_111,
                _ => (UnixFileMode)0b111_101_101,
            },
            ModificationTime = _time,
        };
        if (entry.Kind == GitContextEntryKind.Link)
            header.LinkName = entry.Text!;
        else if (entry.Text is { } text)
            header.DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        if (entry.Source is not { } source)
        {
            await tar.WriteEntryAsync(header, _stop.Token);
            return;
        }

        if (!readers.TryGetValue(source.Part, out var reader))
            readers[source.Part] = reader = new GitBlobReader(
                source.Part,
                _entries.Where(other => other.Source?.Part == source.Part).Select(other => other.Source!.Id),
                _stop.Token
            );
        var content = await reader.Next(source.Id, _stop.Token);
        header.DataStream = content;
        await tar.WriteEntryAsync(header, _stop.Token);
        await reader.Skip(content, _stop.Token);
    }
}
