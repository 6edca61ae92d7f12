using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Testing;

/// <summary>
/// A git server of its own on a loopback port: git's own http-backend over bare repositories in a folder of its own. It can be stopped
/// and started again on the same port and repositories.
/// </summary>
/// <example>
/// <code>
/// await using var git = await GitServer.Start();
/// git.CreateRepository("acme/shop");
/// using var clone = git.Clone("acme/shop");
/// clone.Write("api/a.cs", "...");
/// var commit = clone.Commit("first");
/// clone.Push();
/// </code>
/// </example>
public sealed class GitServer : IAsyncDisposable
{
    private const string Realm = "tests";

    private static readonly Lazy<string> Backend = new(() => Path.Combine(GitProcess.Run("/", "--exec-path").Trim(), "git-http-backend"));

    private WebApplication? _server;
    private int _requests;
    private long _sent;

    private GitServer(string? username, string? password, int? port)
    {
        Port = port ?? UnixTools.FreePort();
        Username = username;
        Password = password;
    }

    public int Port { get; }

    /// <summary>With the port, as credentials name it.</summary>
    public string Host => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>Where the bare repositories are.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("autodeploy-git-").FullName;

    /// <summary>Null: whatever name comes with the password.</summary>
    public string? Username { get; set; }

    /// <summary>Null: everybody may read and write.</summary>
    public string? Password { get; set; }

    /// <summary>It answers as servers did before protocol version 2: no commits by their ids.</summary>
    public bool IsOld { get; set; }

    /// <summary>Sees each request first; true: it has answered.</summary>
    public Func<HttpContext, Task<bool>>? Before { get; set; }

    /// <summary>How many requests came.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>How many bytes were answered.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <param name="password">Null: everybody may read and write.</param>
    /// <param name="username">Null: whatever name comes with the password.</param>
    /// <param name="port">Null: a free one.</param>
    public static async Task<GitServer> Start(string? password = null, string? username = null, int? port = null)
    {
        Prerequisites.CheckGit();
        var git = new GitServer(username, password, port);
        try
        {
            await git.StartAgain();
            return git;
        }
        catch
        {
            await git.DisposeAsync();
            throw;
        }
    }

    /// <summary>What a client is given: <c>http://127.0.0.1:1234/acme/shop.git</c>.</summary>
    public string Url(string repository) => $"http://{Host}/{repository}.git";

    /// <summary>The bare repository's folder.</summary>
    public string PathOf(string repository) => Path.Combine(Folder, repository + ".git");

    /// <summary>Makes an empty repository whose first branch is <c>main</c>.</summary>
    public void CreateRepository(string repository)
    {
        GitProcess.Run(Folder, "init", "--quiet", "--bare", "--initial-branch=main", PathOf(repository));
        Configure(repository, "http.receivepack", "true");
        Configure(repository, "uploadpack.allowFilter", "true");
    }

    /// <summary>Sets one of the repository's git settings.</summary>
    public void Configure(string repository, string key, string value) => GitProcess.Run(PathOf(repository), "config", key, value);

    /// <summary>Installs a hook, for example <c>post-receive</c>: a script that git runs after each push.</summary>
    public void Hook(string repository, string name, string script)
    {
        var file = Path.Combine(PathOf(repository), "hooks", name);
        File.WriteAllText(file, script);
        UnixTools.MakeExecutable(file);
    }

    /// <summary>A working clone of the repository; it needs no credentials, and no running server.</summary>
    public GitClone Clone(string repository) => new(PathOf(repository));

    /// <summary>Starts it on the port and the repositories that it had.</summary>
    public async Task StartAgain()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://" + Host).UseKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var server = builder.Build();
        server.Run(Answer);
        await server.StartAsync();
        _server = server;
    }

    public async Task Stop()
    {
        if (_server is not { } server)
            return;
        _server = null;
        using (var now = new CancellationTokenSource())
        {
            await now.CancelAsync(); // what is under way is cut off
            await server.StopAsync(now.Token);
        }

        await server.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task Answer(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        if (Before is { } before && await before(context))
            return;
        if (!IsAllowed(context.Request.Headers.Authorization.ToString()))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = $"Basic realm=\"{Realm}\"";
            return;
        }

        using var process = Process.Start(Cgi(context.Request))!;
        try
        {
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            var sending = Send(context.Request, process);
            await Receive(process.StandardOutput.BaseStream, context);
            await sending;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            context.Abort();
        }
        finally
        {
            if (!process.HasExited && context.RequestAborted.IsCancellationRequested)
                process.Kill(entireProcessTree: true);
        }
    }

    private bool IsAllowed(string authorization)
    {
        if (Password is null)
            return true;
        if (!authorization.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
            return false;
        var given = Encoding.UTF8.GetString(Convert.FromBase64String(authorization[6..].Trim())).Split(':', 2);
        return given.Length == 2 && given[1] == Password && (Username is null || given[0] == Username);
    }

    private ProcessStartInfo Cgi(HttpRequest request)
    {
        var start = new ProcessStartInfo(Backend.Value)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        GitProcess.Clean(start);
        var headers = request.Headers;
        Set("GIT_PROJECT_ROOT", Folder);
        Set("GIT_HTTP_EXPORT_ALL", "1");
        Set("REQUEST_METHOD", request.Method);
        Set("PATH_INFO", request.Path.Value);
        Set("QUERY_STRING", request.QueryString.Value?.TrimStart('?'));
        Set("CONTENT_TYPE", request.ContentType);
        Set("CONTENT_LENGTH", request.ContentLength?.ToString(CultureInfo.InvariantCulture));
        Set("HTTP_CONTENT_ENCODING", headers.ContentEncoding.ToString());
        Set("REMOTE_ADDR", "127.0.0.1");
        Set("REMOTE_USER", "tests");
        if (!IsOld)
            Set("GIT_PROTOCOL", headers["Git-Protocol"].ToString());
        return start;

        void Set(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                start.Environment[name] = value;
        }
    }

    private static async Task Send(HttpRequest request, Process process)
    {
        try
        {
            await using var input = process.StandardInput.BaseStream;
            await request.Body.CopyToAsync(input, request.HttpContext.RequestAborted);
        }
        catch (IOException)
        {
            // it has heard enough
        }
    }

    private async Task Receive(Stream output, HttpContext context)
    {
        var response = context.Response;
        while (await ReadLine(output) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var (name, value) = (line[..colon], line[(colon + 1)..].Trim());
            if (name.Equals("Status", StringComparison.OrdinalIgnoreCase))
                response.StatusCode = int.Parse(value.Split(' ')[0], CultureInfo.InvariantCulture);
            else
                response.Headers[name] = value;
        }

        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var buffer = new byte[64 * 1024];
        while (await output.ReadAsync(buffer, context.RequestAborted) is > 0 and var count)
        {
            Interlocked.Add(ref _sent, count);
            await response.Body.WriteAsync(buffer.AsMemory(0, count), context.RequestAborted);
        }
    }

    private static async Task<string> ReadLine(Stream stream)
    {
        var line = new List<byte>();
        var next = new byte[1];
        while (await stream.ReadAsync(next) == 1 && next[0] != '\n')
            line.Add(next[0]);
        return Encoding.ASCII.GetString([.. line]).TrimEnd('\r');
    }
}
