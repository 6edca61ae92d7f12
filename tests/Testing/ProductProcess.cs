using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace AutoDeploy.Testing;

/// <summary>One of the product's programs as a process; it can be killed at any instant and started again as it was.</summary>
/// <param name="program">What <c>dotnet</c> is told to run.</param>
/// <param name="arguments">The program's options, without the port.</param>
/// <param name="folder">Its working directory.</param>
/// <param name="environment">More variables.</param>
public sealed class ProductProcess(
    IReadOnlyList<string> program,
    IReadOnlyList<string> arguments,
    string folder,
    IReadOnlyDictionary<string, string> environment
) : IAsyncDisposable
{
    /// <summary>A folder in which the output of all is kept, to find out why a test failed.</summary>
    private const string KeepVariable = "AUTODEPLOY_TEST_OUTPUT";

    private readonly StringBuilder _output = new();
    private readonly HttpClient _http = new();
    private Process? _process;

    /// <summary>Where it answers /healthz.</summary>
    public int Port { get; } = UnixTools.FreePort();

    public int ProcessId => _process?.Id ?? throw new InvalidOperationException("It does not run.");

    /// <summary>It has ended, by itself or by a signal, or was not started.</summary>
    public bool HasExited => _process?.HasExited ?? true;

    public int ExitCode => _process!.ExitCode;

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Starts it, and waits until it answers.</summary>
    public async Task Start()
    {
        Begin();
        var deadline = Stopwatch.StartNew();
        while (deadline.Elapsed < TimeSpan.FromSeconds(120))
        {
            if (_process!.HasExited)
            {
                // what it said last is still on its way
                await _process.WaitForExitAsync();
                throw new InvalidOperationException($"{Path.GetFileName(program[0])} ended with code {_process.ExitCode}:\n{Output}");
            }

            if (await Answers("/healthz"))
                return;
            await Task.Delay(20);
        }

        throw new TimeoutException($"{Path.GetFileName(program[0])} did not get ready:\n{Output}");
    }

    /// <summary>Starts it.</summary>
    public void Begin()
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = folder,
        };
        foreach (
            var argument in (string[])
                [.. program, "--port", Port.ToString(CultureInfo.InvariantCulture), "--host", "127.0.0.1", .. arguments]
        )
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        _process?.Dispose();
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Whether a path is answered with success.</summary>
    public async Task<bool> Answers(string path)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri($"http://127.0.0.1:{Port}{path}"));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or SocketException)
        {
            return false;
        }
    }

    /// <summary>kill -9: nothing is finished, nothing is said.</summary>
    public async Task Kill()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGSTOP: it does nothing, and its connections stay, until <see cref="Thaw"/>.</summary>
    public void Freeze() => UnixTools.Signal(ProcessId, UnixTools.SigStop);

    public void Thaw() => UnixTools.Signal(ProcessId, UnixTools.SigContinue);

    /// <summary>SIGTERM, as a service manager stops it, which waits for 30 s and no longer; answers the exit code.</summary>
    public async Task<int> Stop()
    {
        UnixTools.Signal(ProcessId, UnixTools.SigTerm);
        return await End(TimeSpan.FromSeconds(30));
    }

    /// <summary>Waits until it has ended; answers the exit code.</summary>
    public async Task<int> End(TimeSpan timeout)
    {
        using var limit = new CancellationTokenSource(timeout);
        await _process!.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (!HasExited)
            await Kill();
        _process?.Dispose();
        if (Environment.GetEnvironmentVariable(KeepVariable) is { Length: > 0 } kept)
            await File.WriteAllTextAsync(Path.Combine(kept, $"{Path.GetFileNameWithoutExtension(program[0])}-{Port}.log"), Output);
    }

    /// <summary>A program that the solution builds beside the tests.</summary>
    public static string Binary(string project, string name)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var binary = Path.Combine(here.Parent!.Parent!.FullName, project, here.Name, name);
        return File.Exists(binary) ? binary : throw new FileNotFoundException($"Build the solution first: {binary} is missing.");
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (_output)
            _output.AppendLine(line);
    }
}
