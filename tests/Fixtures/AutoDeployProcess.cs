using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace AutoDeploy.Fixtures;

/// <summary>AutoDeploy itself as a process of its own, as a user runs it; it can be killed at any instant and started again on the same data.</summary>
public sealed class AutoDeployProcess : IAsyncDisposable
{
    public const string Token = "the-token-of-the-tests";

    private readonly string _dockerHost;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly IReadOnlyList<string> _program;
    private readonly bool _ownData;
    private readonly StringBuilder _output = new();
    private Process? _process;

    private AutoDeployProcess(string dockerHost, string? data, IReadOnlyDictionary<string, string>? environment, IReadOnlyList<string>? program)
    {
        _dockerHost = dockerHost;
        _environment = environment ?? new Dictionary<string, string>();
        _program = program ?? [Binary()];
        _ownData = data is null;
        Data = data ?? Directory.CreateTempSubdirectory("autodeploy-test-").FullName;
        Port = Unix.FreePort();
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Port}"), Timeout = TimeSpan.FromSeconds(60) };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    public int Port { get; }

    public string Data { get; }

    public HttpClient Http { get; }

    public int ProcessId => _process?.Id ?? throw new InvalidOperationException("It does not run.");

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="dockerHost">Its <c>DOCKER_HOST</c>.</param>
    /// <param name="data">Its data directory; null: one of its own, which goes with it.</param>
    /// <param name="environment">More variables.</param>
    /// <param name="program">What <c>dotnet</c> is told to run with our options; the product unless given.</param>
    public static async Task<AutoDeployProcess> Start(
        string dockerHost, string? data = null, IReadOnlyDictionary<string, string>? environment = null, IReadOnlyList<string>? program = null)
    {
        var app = new AutoDeployProcess(dockerHost, data, environment, program);
        await app.Start();
        return app;
    }

    public async Task Start()
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Data,
        };
        foreach (var argument in (string[])[.. _program, "--port", $"{Port}", "--host", "127.0.0.1", "--data", Data])
            start.ArgumentList.Add(argument);
        start.Environment["DOCKER_HOST"] = _dockerHost;
        start.Environment["AUTODEPLOY_TOKEN"] = Token;
        foreach (var (name, value) in _environment)
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();

        var deadline = Stopwatch.StartNew();
        while (deadline.Elapsed < TimeSpan.FromSeconds(60))
        {
            if (_process.HasExited)
            {
                // what it said last is still on its way
                await _process.WaitForExitAsync();
                throw new InvalidOperationException($"AutoDeploy ended with code {_process.ExitCode}:\n{Output}");
            }

            try
            {
                using var answer = await Http.GetAsync("/healthz");
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
            }

            await Task.Delay(20);
        }

        throw new TimeoutException($"AutoDeploy did not get ready:\n{Output}");
    }

    /// <summary>kill -9: nothing is finished, nothing is said.</summary>
    public async Task Kill()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>It has ended, by itself or by a signal.</summary>
    public bool HasExited => _process?.HasExited ?? true;

    /// <summary>SIGSTOP: it does nothing, and its connections stay, until <see cref="Thaw"/>.</summary>
    public void Freeze() => Unix.Signal(ProcessId, Unix.SigStop);

    public void Thaw() => Unix.Signal(ProcessId, Unix.SigContinue);

    /// <summary>SIGTERM, as a service manager stops it; answers the exit code.</summary>
    public async Task<int> Stop()
    {
        using (var kill = Process.Start("kill", ["-TERM", $"{_process!.Id}"]))
            await kill.WaitForExitAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>One call; a JSON object comes back whatever the status.</summary>
    public async Task<(HttpStatusCode Status, JsonNode Body)> Send(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(body as string ?? System.Text.Json.JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        using var answer = await Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!);
    }

    /// <summary>One call that has to succeed.</summary>
    public async Task<JsonNode> Call(HttpMethod method, string path, object? body = null)
    {
        var (status, answer) = await Send(method, path, body);
        return (int)status < 300 ? answer : throw new InvalidOperationException($"{method} {path}: {(int)status} {answer}");
    }

    public Task<JsonNode> Get(string path) => Call(HttpMethod.Get, path);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_process is { HasExited: false })
            await Kill();
        _process?.Dispose();
        if (_ownData)
            Directory.Delete(Data, recursive: true);
    }

    /// <summary>The program that the solution builds beside the tests.</summary>
    private static string Binary()
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var binary = Path.Combine(here.Parent!.Parent!.FullName, "AutoDeploy.Api", here.Name, "autodeploy.dll");
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
