using System.Net;
using System.Text;

namespace Docker.DotNet;

/// <summary>One request to the daemon.</summary>
internal sealed record Request(HttpMethod Method, string Path)
{
    private readonly StringBuilder _query = new();

    public string Query => _query.ToString();

    public object? Body { get; init; }

    /// <summary>A tar, read once as it is sent and closed then.</summary>
    public Stream? Archive { get; init; }

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public bool Upgrade { get; init; }

    /// <summary>Null: the client's.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>What a 404 means.</summary>
    public Func<HttpStatusCode, string?, DockerApiException>? NotFound { get; init; }

    public Request With(string name, string? value)
    {
        if (value is not null)
            _query.Append(_query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        return this;
    }

    public Request With(string name, bool? value) => With(name, value == true ? "1" : null);

    public Request With(string name, IDictionary<string, IDictionary<string, bool>>? filters) => WithJson(name, filters);

    public Request With(string name, IDictionary<string, string>? map) => WithJson(name, map);

    private Request WithJson(string name, object? value) => With(name, value is null ? null : Encoding.UTF8.GetString(Json.Write(value)));
}
