using System.Diagnostics;
using System.Globalization;
using AutoDeploy.Ports;
using AutoDeploy.Telemetry;

namespace AutoDeploy.Git;

/// <summary>
/// Runs git isolated from the configuration of the repository, user and machine: no hooks, no prompts, no local files as remotes, an
/// environment of its own, and no shell.
/// </summary>
internal sealed class GitCommand
{
    /// <summary>Proxy variables are inherited from the machine.</summary>
    private static readonly string[] Inherited =
    [
        "PATH",
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "no_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "GIT_SSL_CAINFO",
    ];

    private static readonly (string Key, string Value)[] Settings =
    [
        ("core.hooksPath", "/dev/null"),
        ("core.fsmonitor", "false"),
        ("protocol.file.allow", "never"),
        ("gc.auto", "0"),
        ("maintenance.auto", "false"),
        ("http.lowSpeedLimit", "1"),
        ("http.lowSpeedTime", "60"),
        ("safe.directory", "*"),
        ("core.quotePath", "false"),
        ("i18n.logOutputEncoding", "UTF-8"),
        ("credential.helper", ""), // forgets what was configured elsewhere
        ("pack.threads", "1"),
        ("advice.detachedHead", "false"),
    ];

    private readonly string _home;

    /// <param name="home">An empty directory, made when it is missing.</param>
    public GitCommand(string home) => _home = home;

    /// <summary>Runs git to its end, and answers what it wrote.</summary>
    /// <exception cref="TimeoutException">It took too long and was killed.</exception>
    public async Task<GitResult> Run(GitCall call, CancellationToken cancellationToken)
    {
        var output = new MemoryStream();
        var result = await Run(call, (stream, token) => GitProcess.Copy(stream, output, call.OutputLimit, token), cancellationToken);
        return result with { Output = output.ToArray() };
    }

    /// <summary>Runs git while what it writes is read as it comes, and stops it when that is enough.</summary>
    /// <param name="call">The run.</param>
    /// <param name="read">Reads git's output; false: not to its end.</param>
    /// <param name="cancellationToken">Stops git.</param>
    /// <exception cref="TimeoutException">It took too long and was killed.</exception>
    public async Task<GitResult> Run(GitCall call, Func<Stream, CancellationToken, Task<bool>> read, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(call.Timeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        // do not log the arguments: they may contain secrets
        using var span = AutoDeployTracing.StartPart("git " + call.Arguments[0], ActivityKind.Client);
        await using var process = Start(call);
        try
        {
            var writing = process.Write(call.Input, either.Token);
            var isCut = !await read(process.Output, either.Token);
            if (isCut)
                process.Kill();
            await writing;
            var code = await process.End(either.Token);
            span?.SetTag(TraceTags.ExitCode, code);
            return new GitResult(code, [], call.Access?.Scrub(process.Errors) ?? process.Errors, isCut);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            span.Fail("timeout");
            throw new TimeoutException(
                string.Create(CultureInfo.InvariantCulture, $"git did not end within {call.Timeout.TotalSeconds:0.###} s"),
                e
            );
        }
    }

    /// <summary>Starts git for whoever wants to read its output as it comes; it ends with being disposed of.</summary>
    public GitProcess Start(GitCall call)
    {
        Directory.CreateDirectory(_home);
        var start = new ProcessStartInfo("git", call.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
            WorkingDirectory = _home,
        };
        var environment = start.Environment;
        var inherited = Inherited.Select(name => (name, Value: Environment.GetEnvironmentVariable(name))).ToList();
        environment.Clear();
        foreach (var (name, value) in inherited)
            if (!string.IsNullOrEmpty(value))
                environment[name] = value;
        environment["HOME"] = _home;
        environment["XDG_CONFIG_HOME"] = _home;
        environment["LC_ALL"] = "C";
        environment["GIT_CONFIG_NOSYSTEM"] = "1";
        environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        environment["GIT_ATTR_NOSYSTEM"] = "1";
        environment["GIT_TERMINAL_PROMPT"] = "0";
        environment["GIT_ALLOW_PROTOCOL"] = "https:http:ssh:git";
        environment["GIT_OPTIONAL_LOCKS"] = "0";
        environment["GIT_LITERAL_PATHSPECS"] = "1";
        environment["GIT_NO_REPLACE_OBJECTS"] = "1";
        environment["GIT_NO_LAZY_FETCH"] = "1"; // what is missing is fetched at once, by us
        if (call.Directory is not null)
            environment["GIT_DIR"] = call.Directory;
        foreach (var (name, value) in call.Access?.Environment ?? [])
            environment[name] = value;
        var count = 0;
        foreach (
            var (key, value) in (IEnumerable<(string Key, string Value)>)[.. Settings, .. call.Access?.Settings ?? [], .. call.Settings]
        )
        {
            environment[string.Create(CultureInfo.InvariantCulture, $"GIT_CONFIG_KEY_{count}")] = key;
            environment[string.Create(CultureInfo.InvariantCulture, $"GIT_CONFIG_VALUE_{count}")] = value;
            count++;
        }

        environment["GIT_CONFIG_COUNT"] = count.ToString(CultureInfo.InvariantCulture);
        try
        {
            return new GitProcess(Process.Start(start)!);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new GitException(GitFault.Refused, "Repositories cannot be read: the program git is not installed here.", e);
        }
    }
}
