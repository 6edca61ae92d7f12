using AutoDeploy.Api.Http;
using AutoDeploy.Services;

namespace AutoDeploy.Api.DockerCloud;

/// <summary><c>health_check</c>: <c>{"http": {"port": 8080, "path": "/health"}}</c> or <c>{"tcp": {"port": 5432}}</c>, and its times.</summary>
public static class HealthCheckMembers
{
    private static readonly Member<Draft> Port = new("port", Schemas.Integer("The port in the container.", 1, 65535), (d, v) =>
        d.Port = v.Integer(1, 65535) ?? throw v.NotA("a whole number from 1 to 65,535"))
    { Required = true };

    private static readonly MemberTable<Draft> Http = new(
        [Port, new("path", Schemas.Text("The path to GET, \"/\" unless given; answers of 200 to 399 are well."), ReadPath)]);

    private static readonly MemberTable<Draft> Tcp = new([Port]);

    public static readonly MemberTable<Draft> Table = new(
    [
        new("http", Schemas.Object("A path that answers with 200 to 399 is well.", Http), (d, v) => Kind(d, v, Http)),
        new("tcp", Schemas.Object("A connection that opens is well.", Tcp), (d, v) => Kind(d, v, Tcp)),
        new("interval", Schemas.Number("Seconds between two failures that count.", 0.1, 3600, 5),
            (d, v) => d.Interval = v.Number(0.1, 3600) ?? 5),
        new("timeout", Schemas.Number("Seconds for one try.", 0.1, 3600, 3), (d, v) => d.Timeout = v.Number(0.1, 3600) ?? 3),
        new("retries", Schemas.Integer("So many failures in a row that count are unhealthy.", 1, 1000, 3),
            (d, v) => d.Retries = v.Integer(1, 1000) ?? 3),
        new("start_period", Schemas.Number("Seconds from the start in which failures do not count.", 0, 86400, 0),
            (d, v) => d.StartPeriod = v.Number(0, 86400) ?? 0),
    ]);

    public static HealthCheck Read(Value value)
    {
        var draft = Table.Read(value, new Draft());
        return draft.Kinds switch
        {
            0 => throw value.Wrong("has neither http nor tcp; expected one of them, such as {\"http\": {\"port\": 8080, \"path\": \"/health\"}}"),
            1 => new HealthCheck(draft.Port, draft.Path, draft.Interval, draft.Timeout, draft.Retries, draft.StartPeriod),
            _ => throw value.Wrong("has both http and tcp; expected one of them"),
        };
    }

    private static void Kind(Draft draft, Value value, MemberTable<Draft> members)
    {
        if (value.IsNull)
            return;
        draft.Kinds++;
        members.Read(value, draft);
        if (members == Http)
            draft.Path ??= "/";
    }

    private static void ReadPath(Draft draft, Value value)
    {
        var path = value.Line(2048);
        draft.Path = path.Length == 0 ? "/"
            : path[0] == '/' && path.All(c => c is > ' ' and < '\x7f') ? path
            : throw value.Wrong($"is \"{HttpFailure.Shorten(path)}\"; expected a path such as \"/health\", beginning with \"/\" and without spaces");
    }

    public sealed class Draft
    {
        public int Kinds { get; set; }

        public int Port { get; set; }

        public string? Path { get; set; }

        public double Interval { get; set; } = 5;

        public double Timeout { get; set; } = 3;

        public int Retries { get; set; } = 3;

        public double StartPeriod { get; set; }
    }
}
