using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AutoDeploy.Testing;

namespace AutoDeploy.Chaos.Tests.Running;

/// <summary>Calls AutoDeploy as its users do: who gets no answer tries again. What must be in no answer is noted.</summary>
public sealed class ApiDriver(AutoDeployProcess app, IReadOnlyList<string> secrets)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan OperationTimeout = TimeSpan.FromSeconds(90);

    /// <summary>Answers that must not be: 500, or with a secret in them.</summary>
    public ConcurrentQueue<string> Bad { get; } = [];

    /// <summary>Null: no answer.</summary>
    public async Task<(HttpStatusCode Status, string Body)?> Try(HttpMethod method, string path, object? body = null, string? secret = null)
    {
        try
        {
            using var request = new HttpRequestMessage(method, path);
            if (secret is not null)
                request.Headers.Add("X-AutoDeploy-Secret", secret);
            if (body is not null)
                request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
            using var answer = await app.Http.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            if (answer.StatusCode == HttpStatusCode.InternalServerError)
                Bad.Enqueue($"{method} {path}: 500 {text}");
            if (secrets.Any(hidden => text.Contains(hidden, StringComparison.Ordinal)))
                Bad.Enqueue($"{method} {path}: a secret is in the answer {text}");
            return (answer.StatusCode, text);
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or IOException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Null: no answer, or not there.</summary>
    public async Task<JsonNode?> Look(string path) =>
        await Try(HttpMethod.Get, path) is (HttpStatusCode.OK, var text) ? JsonNode.Parse(text) : null;

    /// <summary>Asks until there is an answer.</summary>
    public async Task<JsonNode> Get(string path) =>
        await Eventually.UntilFound(() => Look(path), $"an answer to GET {path}", OperationTimeout);

    public async Task<string> Text(string path)
    {
        var text = "";
        await Eventually.Until(
            async () =>
            {
                if (await Try(HttpMethod.Get, path) is not (HttpStatusCode.OK, var body))
                    return false;
                text = body;
                return true;
            },
            $"an answer to GET {path}",
            OperationTimeout
        );
        return text;
    }

    /// <summary>Sends the same again and again until it is taken.</summary>
    public async Task Insist(HttpMethod method, string path, object body, string? secret = null)
    {
        (HttpStatusCode Status, string Body)? last = null;
        var deadline = UptimeClock.Now + OperationTimeout.TotalSeconds;
        while (UptimeClock.Now < deadline)
        {
            last = await Try(method, path, body, secret);
            if (last is { } answer && (int)answer.Status < 300)
                return;
            await Task.Delay(RetryDelay);
        }

        throw new TimeoutException($"{method} {path} was not taken: {last?.Status} {last?.Body}");
    }
}
