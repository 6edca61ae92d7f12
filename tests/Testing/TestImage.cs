using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoDeploy.Testing;

/// <summary>
/// An image made of nothing but busybox, written straight into a registry: no daemon, no download, the same digest each time.
/// </summary>
public sealed record TestImage
{
    /// <summary>Answers at port 8080; SIGTERM lets open answers end.</summary>
    private const string Serve = """
        httpd -f -p 8080 -h /www &
        server=$!
        trap 'kill $server; while pidof httpd > /dev/null; do sleep 0.02; done; exit 0' TERM
        echo "serving $(cat /www/index.html)"
        while true; do wait $server; kill -0 $server 2> /dev/null || exit 1; done

        """;

    /// <summary><c>/cgi-bin/slow?3</c> answers for three seconds, a line every tenth of one, and says END when it is through.</summary>
    private const string Slow = """
        #!/bin/sh
        printf 'Content-Type: text/plain\r\n\r\n'
        i=0
        while [ $i -lt $((QUERY_STRING * 10)) ]; do i=$((i + 1)); echo line $i; sleep 0.1; done
        echo END

        """;

    private const string Lock = """
        mkdir /data/lock || { date >> /data/overlaps; exit 7; }

        """;

    public IReadOnlyList<string> Entrypoint { get; init; } = [];

    public IReadOnlyList<string> Cmd { get; init; } = ["/bin/sh", "/start"];

    public IReadOnlyList<string> Env { get; init; } = ["PATH=/bin"];

    public IReadOnlyList<int> ExposedPorts { get; init; } = [];

    /// <summary>Folders that get an anonymous volume.</summary>
    public IReadOnlyList<string> Volumes { get; init; } = [];

    public string? StopSignal { get; init; }

    /// <summary>The user that its programs run as; null: root.</summary>
    public string? User { get; init; }

    /// <summary>What is there beneath <see cref="Files"/>, beside busybox.</summary>
    internal ImageLayer? Programs { get; init; }

    public TestHealthcheck? Healthcheck { get; init; }

    /// <summary>Path to content. What is in a <c>bin</c> folder or begins with <c>#!</c> can be run.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    /// <summary>A web server on port 8080 that answers <paramref name="version"/>.</summary>
    public static TestImage Web(string version) => Starting(version, Serve) with { ExposedPorts = [8080] };

    /// <summary>As <see cref="Web"/>, with a HEALTHCHECK that Docker runs as seldom as it does unless told.</summary>
    public static TestImage HealthyWeb(string version) =>
        Web(version) with
        {
            Healthcheck = new TestHealthcheck("wget -q -O /dev/null http://127.0.0.1:8080/"),
        };

    /// <summary>
    /// As <see cref="HealthyWeb"/>, and Docker looks often. Not for what is left running: each look costs the machine a process.
    /// </summary>
    public static TestImage OftenCheckedWeb(string version) =>
        Web(version) with
        {
            Healthcheck = new TestHealthcheck("wget -q -O /dev/null http://127.0.0.1:8080/")
            {
                Interval = TimeSpan.FromMilliseconds(200),
                Retries = 300,
            },
        };

    /// <summary>Writes a line to its standard error and ends.</summary>
    public static TestImage Exiting(string version, string message, int code = 3) =>
        Starting(version, $"echo \"{message}\" >&2\nexit {code}\n");

    /// <summary>Serves, but its HEALTHCHECK always fails.</summary>
    public static TestImage Unhealthy(string version, string message = "not well") =>
        Web(version) with
        {
            Healthcheck = new TestHealthcheck($"echo {message}; exit 1") { Interval = TimeSpan.FromMilliseconds(100), Retries = 2 },
        };

    /// <summary>Serves, and is healthy once <c>/tmp/healthy</c> is there.</summary>
    public static TestImage HealthyOnFile(string version) =>
        Web(version) with
        {
            Healthcheck = new TestHealthcheck("test -f /tmp/healthy"),
        };

    /// <summary>Serves at once, and is healthy after some seconds.</summary>
    public static TestImage HealthyAfter(string version, double seconds) =>
        HealthyOnFile(version) with
        {
            Files = WithStart(version, FormattableString.Invariant($"(sleep {seconds}; touch /tmp/healthy) &\n") + Serve),
        };

    /// <summary>Serves while it holds a lock in /data, which it declares as a volume; a second one there leaves a note and ends.</summary>
    public static TestImage Locking(string version) =>
        Web(version) with
        {
            Volumes = ["/data"],
            Files = WithStart(version, Lock + Serve.Replace("exit 0", "rm -r /data/lock; exit 0", StringComparison.Ordinal)),
        };

    /// <summary>As <see cref="Locking"/>, but ends soon by itself.</summary>
    public static TestImage LockingAndExiting(string version, string message) =>
        Web(version) with
        {
            Volumes = ["/data"],
            Files = WithStart(version, Lock + $"echo '{message}' >&2\nrm -r /data/lock\nexit 3\n"),
        };

    /// <summary>Serves only when an environment variable is set.</summary>
    public static TestImage NeedingEnvironment(string version, string variable) =>
        Web(version) with
        {
            Files = WithStart(version, $"[ -n \"${variable}\" ] || {{ echo \"{variable} is not set\" >&2; exit 2; }}\n" + Serve),
        };

    /// <summary>Writes it into the registry under a tag.</summary>
    /// <returns>The digest of its manifest.</returns>
    public async Task<string> Push(RegistryServer registry, string repository, string tag)
    {
        ImageLayer[] layers = Programs is null
            ? [ImageLayer.Base, ImageLayer.From(Files)]
            : [ImageLayer.Base, Programs, ImageLayer.From(Files)];
        var config = Encoding.UTF8.GetBytes(Config(layers).ToJsonString());
        var upload = new RegistryUpload(registry.Http, repository);
        foreach (var layer in layers)
            await upload.Blob(layer.Content, layer.Digest);
        var configDigest = await upload.Blob(config);
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = RegistryUpload.ManifestType,
            ["config"] = Descriptor("application/vnd.docker.container.image.v1+json", config.Length, configDigest),
            ["layers"] = new JsonArray([
                .. layers.Select(layer =>
                    Descriptor("application/vnd.docker.image.rootfs.diff.tar.gzip", layer.Content.Length, layer.Digest)
                ),
            ]),
        };
        return await upload.Manifest(Encoding.UTF8.GetBytes(manifest.ToJsonString()), tag);
    }

    private static TestImage Starting(string version, string script) => new() { Files = WithStart(version, script) };

    private static Dictionary<string, string> WithStart(string version, string script) =>
        new()
        {
            ["start"] = script,
            ["www/index.html"] = version,
            ["www/cgi-bin/slow"] = Slow,
        };

    private static JsonNode Descriptor(string type, int size, string digest) =>
        new JsonObject
        {
            ["mediaType"] = type,
            ["size"] = size,
            ["digest"] = digest,
        };

    private JsonObject Config(IEnumerable<ImageLayer> layers)
    {
        var config = new JsonObject
        {
            ["Env"] = Json(Env),
            ["Cmd"] = Json(Cmd),
            ["Entrypoint"] = Entrypoint.Count == 0 ? null : Json(Entrypoint),
            ["WorkingDir"] = "/",
            ["ExposedPorts"] = Set(ExposedPorts.Select(port => $"{port}/tcp")),
            ["Volumes"] = Set(Volumes),
        };
        if (StopSignal is not null)
            config["StopSignal"] = StopSignal;
        if (User is not null)
            config["User"] = User;
        if (Healthcheck is { } health)
            config["Healthcheck"] = new JsonObject
            {
                ["Test"] = Json(health.Test),
                ["Interval"] = health.Interval.Ticks * 100,
                ["Timeout"] = health.Timeout.Ticks * 100,
                ["StartPeriod"] = health.StartPeriod.Ticks * 100,
                ["Retries"] = health.Retries,
            };
        return new JsonObject
        {
            ["architecture"] = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "amd64",
            ["os"] = "linux",
            ["created"] = "2000-01-01T00:00:00Z",
            ["config"] = config,
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = Json(layers.Select(layer => layer.DiffId)) },
        };
    }

    private static JsonObject Set(IEnumerable<string> names) =>
        new(names.Select(name => KeyValuePair.Create<string, JsonNode?>(name, new JsonObject())));

    private static JsonNode Json(IEnumerable<string> values) => JsonSerializer.SerializeToNode(values)!;
}
