using System.Text;

namespace AutoDeploy.Testing;

/// <summary>A collector that keeps what is exported to it by OTLP over HTTP.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly HttpReceiver _http;

    private OtlpReceiver(HttpReceiver http) => _http = http;

    public string Endpoint => $"http://127.0.0.1:{_http.Port}";

    /// <summary>What a process is to be started with, so that it exports here, and soon.</summary>
    public Dictionary<string, string> Environment =>
        new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Endpoint,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "50",
            ["OTEL_BLRP_SCHEDULE_DELAY"] = "50",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
            ["OTEL_SERVICE_NAME"] = "autodeploy-of-the-tests",
            ["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment.name=tests",
        };

    public IReadOnlyList<OtlpSpan> Spans => [.. Records("/v1/traces").Select(OtlpSpan.From)];

    public IReadOnlyList<OtlpLog> Logs => [.. Records("/v1/logs").Select(OtlpLog.From)];

    /// <summary>The names of the metrics.</summary>
    public IReadOnlySet<string> Metrics => Records("/v1/metrics").Select(m => m.Text(1)).ToHashSet(StringComparer.Ordinal);

    /// <summary>What the exporting processes say of themselves.</summary>
    public IReadOnlyDictionary<string, string> Resource =>
        Requests("/v1/")
            .SelectMany(r => r.All(1))
            .SelectMany(part => part.All(1))
            .SelectMany(resource => OtlpAttributes.Of(resource, 1))
            .DistinctBy(a => a.Key)
            .ToDictionary(a => a.Key, a => a.Value);

    /// <summary>All that came, as it came: texts are in it as they are.</summary>
    public string Everything => string.Join('\n', _http.All.Select(r => Encoding.Latin1.GetString(r.Body)));

    public IReadOnlySet<string> Paths => _http.All.Select(r => r.Path).ToHashSet(StringComparer.Ordinal);

    public static async Task<OtlpReceiver> Start() => new(await HttpReceiver.Start(_ => 200));

    public ValueTask DisposeAsync() => _http.DisposeAsync();

    private IEnumerable<ProtobufMessage> Requests(string path) =>
        _http.All.Where(r => r.Path.StartsWith(path, StringComparison.Ordinal)).Select(r => new ProtobufMessage(r.Body));

    /// <summary>Of all three signals alike: the request has resources, these have scopes, these have records.</summary>
    private IEnumerable<ProtobufMessage> Records(string path) =>
        Requests(path).SelectMany(r => r.All(1)).SelectMany(resource => resource.All(2)).SelectMany(scope => scope.All(2));
}
