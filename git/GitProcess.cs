using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace AutoDeploy.Git;

/// <summary>A git that runs; disposing of it ends it and all that it has started.</summary>
internal sealed class GitProcess : IAsyncDisposable
{
    private const int ErrorLimit = 16 * 1024;

    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly Task _reading;

    public GitProcess(Process process)
    {
        _process = process;
        _reading = ReadErrors();
    }

    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>What it said so far; all of it after its end.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
                return _errors.ToString();
        }
    }

    /// <summary>Writes git's standard input. A broken pipe is ignored: git may exit before it has read everything.</summary>
    public async Task Write(string input, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = _process.StandardInput.BaseStream;
            if (input.Length > 0)
                await stream.WriteAsync(Encoding.UTF8.GetBytes(input), cancellationToken);
        }
        catch (IOException) { }
    }

    /// <summary>Copies to the end, or so many bytes; false: there were more.</summary>
    public static async Task<bool> Copy(Stream from, Stream to, int limit, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            var wanted = (int)Math.Min(count, limit - to.Length);
            to.Write(buffer, 0, wanted);
            if (wanted < count)
                return false;
        }

        return true;
    }

    /// <summary>Waits for the end, and answers the exit code.</summary>
    public async Task<int> End(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        await _reading.WaitAsync(cancellationToken);
        return _process.ExitCode;
    }

    public void Kill()
    {
        try
        {
            if (!_process.HasExited)
                _process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException or NotSupportedException)
        {
            // it was faster
        }
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task ReadErrors()
    {
        var buffer = new char[1024];
        try
        {
            while (await _process.StandardError.ReadAsync(buffer) is > 0 and var count)
                lock (_errors)
                {
                    _errors.Append(buffer, 0, count);
                    if (_errors.Length > ErrorLimit) // how it began and how it ended tell the most
                        _errors.Remove(ErrorLimit / 2, _errors.Length - ErrorLimit);
                }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // killed
        }
    }
}
