using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AutoDeploy.Api.Hooks.Keys;
using AutoDeploy.Containers;
using AutoDeploy.Ports;
using AutoDeploy.Sources;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace AutoDeploy.Api.Tests;

/// <summary>The real application in this process, on a free port, with a data directory of its own.</summary>
public sealed class ApiServer : IAsyncLifetime, IAsyncDisposable
{
    private WebApplication? _app;

    public string Data { get; init; } = Path.Combine(Path.GetTempPath(), $"autodeploy-api-{Guid.NewGuid():N}");

    public StringWriter Output { get; } = new();

    public ApiOptions? Options { get; init; }

    /// <summary>Null: the system's.</summary>
    public TimeProvider? Time { get; init; }

    /// <summary>Null: one, which is not there.</summary>
    public string[]? Engines { get; init; }

    /// <summary>What senders' servers answer.</summary>
    internal FakeSenderServers SenderServers { get; } = new();

    /// <summary>Null: what the product has.</summary>
    public IRegistry? Registry { get; init; }

    /// <summary>Puts other things in the place of the product's.</summary>
    public Action<IServiceCollection>? Replace { get; init; }

    public string Token { get; set; } = "";

    public HttpClient Client { get; private set; } = null!;

    public WebApplication App => _app!;

    public ILedger Ledger => App.Services.GetRequiredService<ILedger>();

    public static async Task<ApiServer> Start(
        string? data = null,
        ApiOptions? options = null,
        TimeProvider? time = null,
        IRegistry? registry = null
    )
    {
        var server = data is null
            ? new ApiServer
            {
                Options = options,
                Time = time,
                Registry = registry,
            }
            : new ApiServer
            {
                Data = data,
                Options = options,
                Time = time,
                Registry = registry,
            };
        await server.InitializeAsync();
        return server;
    }

    public async Task InitializeAsync()
    {
        var options = Options is { } given
            ? given with
            {
                Port = 0,
                Host = System.Net.IPAddress.Loopback,
                Data = Data,
            }
            : ApiOptions.Read(["--port", "0", "--host", "127.0.0.1", "--data", Data], Environment.GetEnvironmentVariable);
        _app = ApiApplication.Build(
            options,
            Output,
            Time,
            services =>
            {
                services.AddSingleton<ISenderHttpClient>(SenderServers);
                if (Registry is not null)
                    services.AddSingleton(Registry);
                Replace?.Invoke(services);
                services.Configure<DockerOptions>(options =>
                {
                    foreach (var name in Engines ?? [])
                        options.Engines.Add(new EngineAddress(name, $"unix:///nonexistent/{name}.sock"));
                });
            }
        );
        await _app.StartAsync();
        Client = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
        if (Output.ToString().Split(' ').FirstOrDefault(w => w.StartsWith("adt_", StringComparison.Ordinal)) is { } token)
            Token = token.Trim();
    }

    public async Task Stop()
    {
        if (_app is null)
            return;
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _app = null;
    }

    public async Task DisposeAsync()
    {
        await Stop();
        Directory.Delete(Data, recursive: true);
    }

    async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();

    public Task<ApiResponse> Get(string path) => Send("GET", path);

    public Task<ApiResponse> Post(string path, string? body = null) => Send("POST", path, body);

    public Task<ApiResponse> Patch(string path, string body) => Send("PATCH", path, body);

    public Task<ApiResponse> Delete(string path) => Send("DELETE", path);

    public Task<ApiResponse> Send(string method, string path, string? body = null) =>
        Send(method, path, body is null ? null : Encoding.UTF8.GetBytes(body), "application/json");

    /// <param name="authorization">Null: the right token; empty: none.</param>
    public async Task<ApiResponse> Send(
        string method,
        string path,
        byte[]? body,
        string? contentType,
        string? authorization = null,
        params (string, string)[] headers
    )
    {
        // not relative to the base address: "//x" would be another host
        using var request = new HttpRequestMessage(new HttpMethod(method), Client.BaseAddress!.GetLeftPart(UriPartial.Authority) + path);
        if (authorization is null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        else if (authorization.Length > 0)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            if (contentType is not null)
                request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        using var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var all = response
            .Headers.Concat(response.Content.Headers)
            .ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase);
        return new ApiResponse((int)response.StatusCode, text, all);
    }

    /// <summary>Everything that requests could change, to be compared before and after.</summary>
    public async Task<string> ReadAllFiles()
    {
        await Settle();
        var all = new StringBuilder();
        foreach (
            var path in (string[])
                [
                    "/api/app/v1/service/?limit=100",
                    "/api/app/v1/registry/?limit=100",
                    "/api/app/v1/githost/?limit=100",
                    "/api/app/v1/hostalias/?limit=100",
                    "/api/app/v1/hook/?limit=100",
                    "/api/app/v1/organization/default/",
                    "/api/audit/v1/action/?limit=100",
                ]
        )
            all.AppendLine((await Get(path)).Text);
        return all.ToString();
    }

    /// <summary>Waits until all recorded pushes have their verdicts: hooks do not wait for that.</summary>
    public async Task Settle()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await Ledger.ListOpenSources(patience.Token) is { Count: > 0 } sources)
        {
            foreach (var source in sources)
                await App.Services.GetRequiredService<IGrainFactory>().WakeSource(source);
            await Task.Yield();
        }
    }

    private int _names;

    /// <summary>A name that no other service here has.</summary>
    public string CreateName(string start = "s") => $"{start}-{Interlocked.Increment(ref _names)}";

    /// <summary>Creates a service and answers its path.</summary>
    public async Task<string> CreateService(string members = "", string image = "acme/api:1.2", string? name = null)
    {
        var apiResponse = await Post(
            "/api/app/v1/service/",
            $$"""{"image": "{{image}}", "name": "{{name ?? CreateName()}}"{{(members.Length > 0 ? ", " + members : "")}}}"""
        );
        Assert.True(apiResponse.Status == 201, apiResponse.Text);
        return apiResponse.Json.GetProperty("resource_uri").GetString()!;
    }

    /// <summary>Creates a service of a git repository and answers its path.</summary>
    public async Task<string> CreateGitService(string members = "", string url = "https://git.acme.test/acme/shop", string branch = "main")
    {
        var apiResponse = await Post(
            "/api/app/v1/service/",
            $$$"""
            {"git_repository": {"url": "{{{url}}}", "branch": "{{{branch}}}"}, "name": "{{{CreateName()}}}"{{{(
                members.Length > 0 ? ", " + members : ""
            )}}}}
            """
        );
        Assert.True(apiResponse.Status == 201, apiResponse.Text);
        return apiResponse.Json.GetProperty("resource_uri").GetString()!;
    }

    /// <summary>Creates a hook and answers its object.</summary>
    public async Task<JsonElement> CreateHook(string sender, string? secret = null)
    {
        var apiResponse = await Post("/api/app/v1/hook/", JsonSerializer.Serialize(new { sender, secret }));
        Assert.True(apiResponse.Status == 201, apiResponse.Text);
        return apiResponse.Json;
    }
}
