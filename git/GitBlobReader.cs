using System.Globalization;
using System.Text;
using AutoDeploy.Ports;

namespace AutoDeploy.Git;

/// <summary>Reads contents of one mirror in the order in which they were asked for, as a stream, by one git.</summary>
internal sealed class GitBlobReader : IAsyncDisposable
{
    private readonly GitProcess _process;
    private readonly string _key;
    private readonly BufferedStream _output;
    private readonly Task _asking;

    public GitBlobReader(GitContextPart part, IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        _key = part.Remote.Repository.Key;
        _process = part.Mirror.Start("cat-file", "--batch", "--buffer");
        _output = new BufferedStream(_process.Output, 64 * 1024);
        _asking = _process.Write(string.Concat(ids.Select(id => id + "\n")), cancellationToken);
    }

    /// <summary>The next content; what is not read of it is skipped by <see cref="Skip"/>.</summary>
    public async Task<FixedLengthStream> Next(string id, CancellationToken cancellationToken)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await _output.ReadAsync(one, cancellationToken) == 1 && one[0] != '\n')
            line.Add(one[0]);
        return Encoding.ASCII.GetString([.. line]).Split(' ') is [var found, "blob", var size] && found == id
            ? new FixedLengthStream(_output, long.Parse(size, CultureInfo.InvariantCulture))
            : throw new GitException(
                GitFault.Refused,
                $"The repository {_key} could not be read: its mirror lacks the file {id}. {_process.Errors}".TrimEnd()
            );
    }

    /// <summary>Goes on to where the next content begins.</summary>
    public async Task Skip(FixedLengthStream content, CancellationToken cancellationToken)
    {
        await content.CopyToAsync(Stream.Null, cancellationToken);
        _ = await _output.ReadAsync(new byte[1], cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        try
        {
            await _asking;
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // it was stopped in the middle
        }
    }
}
