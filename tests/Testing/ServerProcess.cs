using System.Diagnostics;

namespace AutoDeploy.Testing;

/// <summary>A server that runs beside the tests: started, watched and stopped by its own process id only.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const int KeptLines = 200;

    private readonly Process _process;
    private readonly string _name;
    private readonly Queue<string> _output = new();

    private ServerProcess(Process process, string name)
    {
        _process = process;
        _name = name;
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Output
    {
        get
        {
            lock (_output)
                return string.Join('\n', _output);
        }
    }

    public static ServerProcess Start(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Prerequisites.Find(program) ?? program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/sbin";
        start.Environment.Remove("DOCKER_HOST");
        var server = new ServerProcess(Process.Start(start)!, program);
        server._process.OutputDataReceived += (_, line) => server.Keep(line.Data);
        server._process.ErrorDataReceived += (_, line) => server.Keep(line.Data);
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        return server;
    }

    /// <summary>Waits until it answers; a server that ended instead is reported with what it wrote.</summary>
    public async Task WaitUntilReady(Func<Task<bool>> isReady)
    {
        try
        {
            await Eventually.Until(
                async () =>
                    HasExited
                        ? throw new InvalidOperationException($"{_name} ended with code {_process.ExitCode}:\n{Output}")
                        : await isReady(),
                $"{_name} is ready"
            );
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{Output}", e);
        }
    }

    /// <summary>For a program that does one thing: waits until it has done it.</summary>
    public async Task WaitForExit()
    {
        await _process.WaitForExitAsync();
        if (_process.ExitCode != 0)
            throw new InvalidOperationException($"{_name} ended with code {_process.ExitCode}:\n{Output}");
    }

    /// <summary>SIGTERM or what else ends it well, and SIGKILL when that takes too long.</summary>
    public async Task Stop(int signal = UnixTools.SigTerm)
    {
        if (HasExited)
            return;
        UnixTools.Signal(Id, signal);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            await Kill();
        }
    }

    public async Task Kill()
    {
        if (!HasExited)
            UnixTools.Signal(Id, UnixTools.SigKill);
        await _process.WaitForExitAsync();
    }

    public void Dispose() => _process.Dispose();

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (_output)
        {
            if (_output.Count == KeptLines)
                _output.Dequeue();
            _output.Enqueue(line);
        }
    }
}
