using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace AutoDeploy.Testing;

/// <summary>A docker-registry of its own on a loopback port; it can be stopped and started again on the same port and data.</summary>
public sealed class RegistryServer : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("autodeploy-registry-").FullName;
    private readonly HttpClient _http;
    private readonly string _config;
    private ServerProcess? _server;

    private RegistryServer(RegistryServerOptions options)
    {
        Port = options.Port ?? UnixTools.FreePort();
        _http = new HttpClient { BaseAddress = new Uri($"http://{Host}/") };
        if (options.Username is { } username)
        {
            var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{options.Password}"));
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", basic);
            File.WriteAllText(Path.Combine(_folder, "htpasswd"), $"{username}:{UnixTools.Bcrypt(options.Password!)}\n");
        }

        _config = Config(options);
    }

    public int Port { get; }

    /// <summary>As it stands in image names.</summary>
    public string Host => $"127.0.0.1:{Port}";

    /// <summary>Asks the registry, with its credentials if it has some.</summary>
    public HttpClient Http => _http;

    public string Output => _server?.Output ?? "";

    /// <param name="notify">Where it tells of each push as distribution does.</param>
    /// <param name="headers">What it sends along, for example <c>Authorization</c>.</param>
    public static Task<RegistryServer> Start(Uri? notify = null, IReadOnlyDictionary<string, string>? headers = null) =>
        Start(new RegistryServerOptions { Notify = notify, Headers = headers ?? new Dictionary<string, string>() });

    public static async Task<RegistryServer> Start(RegistryServerOptions options)
    {
        Prerequisites.Check();
        var registry = new RegistryServer(options);
        try
        {
            await registry.StartAgain();
            return registry;
        }
        catch
        {
            await registry.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it on the port and the data that it had.</summary>
    public async Task StartAgain()
    {
        var file = Path.Combine(_folder, "config.yml");
        await File.WriteAllTextAsync(file, _config);
        _server?.Dispose();
        _server = ServerProcess.Start("docker-registry", "serve", file);
        await _server.WaitUntilReady(async () =>
        {
            try
            {
                using var answer = await _http.GetAsync("v2/");
                return answer.IsSuccessStatusCode;
            }
            catch (Exception e) when (e is HttpRequestException or SocketException)
            {
                return false;
            }
        });
    }

    public Task Stop() => _server?.Stop() ?? Task.CompletedTask;

    /// <summary>Deletes what a tag names, and with it all tags of that digest.</summary>
    public async Task Delete(string repository, string digest)
    {
        using var answer = await _http.DeleteAsync($"v2/{repository}/manifests/{digest}");
        answer.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        _server?.Dispose();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Config(RegistryServerOptions options)
    {
        var text = new StringBuilder(
            $"""
            version: 0.1
            log:
              level: warn
              accesslog:
                disabled: true
            storage:
              filesystem:
                rootdirectory: {options.DataOf?._folder ?? _folder}/data
              delete:
                enabled: true
              maintenance:
                uploadpurging:
                  enabled: false
            http:
              addr: {Host}

            """
        );
        if (options.Username is not null)
            text.Append(
                $"""
                auth:
                  htpasswd:
                    realm: tests
                    path: {_folder}/htpasswd

                """
            );
        if (options.Notify is { } notify)
        {
            text.Append(
                $"""
                notifications:
                  endpoints:
                    - name: tests
                      url: {notify}
                      timeout: 5s
                      threshold: 5
                      backoff: 100ms

                """
            );
            if (options.Headers.Count > 0)
                text.Append("      headers:\n");
            foreach (var (name, value) in options.Headers)
                text.Append($"        {name}: [\"{value}\"]\n");
        }

        return text.ToString();
    }
}
