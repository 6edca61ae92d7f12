using System.Collections.Immutable;
using AutoDeploy.Api.Http;
using AutoDeploy.Services;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>
/// <c>health_check</c>: <c>{"http": {"port": 8080, "path": "/health"}}</c>, <c>{"tcp": {"port": 5432}}</c> or
/// <c>{"exec": ["pg_isready"]}</c>, and its times; or <c>{"none": true}</c>.
/// </summary>
public static class HealthCheckBinding
{
    private static readonly PropertyBinding<Request> Port = new(
        "port",
        SchemaFactory.Integer("The port in the container.", 1, 65535),
        (d, v) => d.Port = v.ReadInteger(1, 65535) ?? throw v.CreateTypeError("a whole number from 1 to 65,535")
    )
    {
        Required = true,
    };

    private static readonly JsonBinder<Request> Http = new([
        Port,
        new("path", SchemaFactory.Text("The path to GET, \"/\" unless given; answers of 200 to 399 are well."), ReadPath),
    ]);

    private static readonly JsonBinder<Request> Tcp = new([Port]);

    public static readonly JsonBinder<Request> Binder = new([
        new("http", SchemaFactory.Object("A path that answers with 200 to 399 is well.", Http), (d, v) => Kind(d, v, Http)),
        new("tcp", SchemaFactory.Object("A connection that opens is well.", Tcp), (d, v) => Kind(d, v, Tcp)),
        new(
            "exec",
            SchemaFactory.Texts("A command and its arguments that Docker runs in the container, instead of the image's; code 0 is well."),
            ReadExec
        ),
        new(
            "none",
            SchemaFactory.Flag("Switches the image's HEALTHCHECK off: a container is proven when it has run for stable_seconds."),
            (d, v) =>
            {
                d.None = v.ReadFlag();
                d.Kinds += d.None ? 1 : 0;
            }
        ),
        new(
            "interval",
            SchemaFactory.Number("Seconds between two failures that count.", 0.1, 3600, 5),
            (d, v) => d.Interval = v.ReadNumber(0.1, 3600) ?? 5
        ),
        new("timeout", SchemaFactory.Number("Seconds for one try.", 0.1, 3600, 3), (d, v) => d.Timeout = v.ReadNumber(0.1, 3600) ?? 3),
        new(
            "retries",
            SchemaFactory.Integer("So many failures in a row that count are unhealthy.", 1, 1000, 3),
            (d, v) => d.Retries = v.ReadInteger(1, 1000) ?? 3
        ),
        new(
            "start_period",
            SchemaFactory.Number("Seconds from the start in which failures do not count.", 0, 86400, 0),
            (d, v) => d.StartPeriod = v.ReadNumber(0, 86400) ?? 0
        ),
    ]);

    public static HealthCheck Read(RequestValue value)
    {
        var request = Binder.Read(value, new Request());
        return request.Kinds switch
        {
            0 => throw value.CreateError(
                "has neither http, tcp, exec nor none; expected one of them, such as {\"http\": {\"port\": 8080, \"path\": \"/health\"}}"
            ),
            1 => new HealthCheck(request.Port, request.Path, request.Interval, request.Timeout, request.Retries, request.StartPeriod)
            {
                None = request.None,
                Exec = request.Exec,
            },
            _ => throw value.CreateError("has more than one of http, tcp, exec and none, expected one of them"),
        };
    }

    private static void Kind(Request request, RequestValue value, JsonBinder<Request> binder)
    {
        if (value.IsNull)
            return;
        request.Kinds++;
        binder.Read(value, request);
        if (binder == Http)
            request.Path ??= "/";
    }

    private static void ReadExec(Request request, RequestValue value)
    {
        if (value.IsNull)
            return;
        var words = value.ReadItems(ServiceLimits.Items);
        if (words.Count == 0)
            throw value.CreateError("has no items; expected a command and its arguments, such as [\"pg_isready\"]");
        request.Exec = [.. words.Select(word => word.IsText ? word.ReadText(4096) : throw word.CreateTypeError("text"))];
        if (request.Exec[0].Length == 0)
            throw words[0].CreateError("is empty; expected a program");
        request.Kinds++;
    }

    private static void ReadPath(Request request, RequestValue value)
    {
        var path = value.ReadLine(2048);
        request.Path =
            path.Length == 0 ? "/"
            : path[0] == '/' && path.All(c => c is > ' ' and < '\x7f') ? path
            : throw value.CreateError(
                $"is \"{ApiException.Shorten(path)}\"; expected a path such as \"/health\", beginning with \"/\" and without spaces"
            );
    }

    public sealed class Request
    {
        public int Kinds { get; set; }

        public bool None { get; set; }

        public ImmutableArray<string> Exec { get; set; } = [];

        public int Port { get; set; }

        public string? Path { get; set; }

        public double Interval { get; set; } = 5;

        public double Timeout { get; set; } = 3;

        public int Retries { get; set; } = 3;

        public double StartPeriod { get; set; }
    }
}
