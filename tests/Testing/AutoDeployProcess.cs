using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace AutoDeploy.Testing;

/// <summary>
/// AutoDeploy itself as a process of its own, as a user runs it, or as the processes of a cluster; it can be killed at any instant and
/// started
/// again on the same data.
/// </summary>
public sealed class AutoDeployProcess : IAsyncDisposable
{
    public const string Token = "the-token-of-the-tests";

    private readonly bool _ownData;

    private AutoDeployProcess(string data, bool ownData, IReadOnlyList<ProductProcess> silos, IReadOnlyList<ProductProcess> apis)
    {
        _ownData = ownData;
        Data = data;
        Silos = silos;
        Apis = apis;
        Http = HttpOf(apis[0]);
    }

    /// <summary>Those of a cluster; otherwise none.</summary>
    public IReadOnlyList<ProductProcess> Silos { get; }

    /// <summary>Those of a cluster, or the one process that is everything.</summary>
    public IReadOnlyList<ProductProcess> Apis { get; }

    /// <summary>The first API's.</summary>
    public int Port => Apis[0].Port;

    public string Data { get; }

    /// <summary>To the first API.</summary>
    public HttpClient Http { get; }

    /// <summary>The first API's.</summary>
    public int ProcessId => Apis[0].ProcessId;

    /// <summary>Of all processes.</summary>
    public string Output => string.Concat(All.Select(process => process.Output));

    private IEnumerable<ProductProcess> All => [.. Silos, .. Apis];

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="dockerHost">Its <c>DOCKER_HOST</c>.</param>
    /// <param name="data">Its data directory; null: one of its own, which goes with it.</param>
    /// <param name="environment">More variables.</param>
    /// <param name="program">What <c>dotnet</c> is told to run with our options; the product unless given.</param>
    /// <param name="cluster">Null: as <see cref="ClusterShape.Usual"/>.</param>
    public static async Task<AutoDeployProcess> Start(
        string dockerHost,
        string? data = null,
        IReadOnlyDictionary<string, string>? environment = null,
        IReadOnlyList<string>? program = null,
        ClusterShape? cluster = null
    )
    {
        var folder = data ?? Directory.CreateTempSubdirectory("autodeploy-test-").FullName;
        var variables = new Dictionary<string, string>(environment ?? new Dictionary<string, string>())
        {
            ["DOCKER_HOST"] = dockerHost,
            ["AUTODEPLOY_TOKEN"] = Token,
        };
        program ??= [ProductProcess.Binary("AutoDeploy.Api", "autodeploy.dll")];
        IReadOnlyList<ProductProcess> silos = [],
            apis;
        // who asks for a database of the one process means that one
        if ((cluster ?? (variables.ContainsKey("AUTODEPLOY_POSTGRES") ? null : ClusterShape.Usual)) is { Silos: > 0 } shape)
            (silos, apis) = await shape.Create(folder, program, variables);
        else
            apis = [new ProductProcess(program, ["--data", folder], folder, variables)];
        var app = new AutoDeployProcess(folder, data is null, silos, apis);
        await app.Start();
        return app;
    }

    public async Task Start()
    {
        await Task.WhenAll(All.Select(process => process.Start()));
        // an API takes pushes also before it knows the silos
        foreach (var api in Apis.Where(_ => Silos.Count > 0))
            await Eventually.Until(
                async () => (await ReadOf(api)).Contains("\"cluster\":\"ok\"", StringComparison.Ordinal),
                "the API knows the silos",
                TimeSpan.FromSeconds(60)
            );
    }

    /// <summary>kill -9 of all: nothing is finished, nothing is said.</summary>
    public Task Kill() => Task.WhenAll(All.Select(process => process.Kill()));

    /// <summary>It has ended, by itself or by a signal.</summary>
    public bool HasExited => Apis[0].HasExited;

    /// <summary>SIGSTOP: it does nothing, and its connections stay, until <see cref="Thaw"/>.</summary>
    public void Freeze()
    {
        foreach (var process in All)
            process.Freeze();
    }

    public void Thaw()
    {
        foreach (var process in All)
            process.Thaw();
    }

    /// <summary>SIGTERM, as a service manager stops it; answers the first exit code that is not 0.</summary>
    public async Task<int> Stop()
    {
        var codes = await Task.WhenAll(Apis.Select(process => process.Stop()));
        return codes.Concat(await Task.WhenAll(Silos.Select(process => process.Stop()))).FirstOrDefault(code => code != 0);
    }

    /// <summary>One call; a JSON object comes back whatever the status.</summary>
    public async Task<(HttpStatusCode Status, JsonNode Body)> Send(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = new StringContent(
                body as string ?? System.Text.Json.JsonSerializer.Serialize(body),
                Encoding.UTF8,
                "application/json"
            );
        using var answer = await Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!);
    }

    /// <summary>One call that has to succeed; a cluster may take a moment to notice that a silo has gone.</summary>
    public async Task<JsonNode> Call(HttpMethod method, string path, object? body = null)
    {
        var (status, answer) = await Send(method, path, body);
        for (
            var attempt = 0;
            status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout && Silos.Count > 0 && attempt < 100;
            attempt++
        )
        {
            await Task.Delay(300);
            (status, answer) = await Send(method, path, body);
        }

        return (int)status < 300 ? answer : throw new InvalidOperationException($"{method} {path}: {(int)status} {answer}");
    }

    public Task<JsonNode> Get(string path) => Call(HttpMethod.Get, path);

    /// <summary>With the admin's token.</summary>
    public static HttpClient HttpOf(ProductProcess api)
    {
        var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{api.Port}"), Timeout = TimeSpan.FromSeconds(60) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        return http;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        foreach (var process in All)
            await process.DisposeAsync();
        if (_ownData)
            Directory.Delete(Data, recursive: true);
    }

    private static async Task<string> ReadOf(ProductProcess api)
    {
        using var http = HttpOf(api);
        using var answer = await http.GetAsync(new Uri("/readyz", UriKind.Relative));
        return await answer.Content.ReadAsStringAsync();
    }
}
