using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using AutoDeploy.Ports;
using Docker.DotNet;

namespace AutoDeploy.Containers.Docker;

/// <summary>Translates a failure of a daemon request into one sentence.</summary>
internal static partial class DockerErrorTranslator
{
    public static EngineException Translate(Exception e, DockerEndpoint endpoint) =>
        e switch
        {
            EngineException known => known,
            DockerApiException answer => TranslateApiError(answer),
            OperationCanceledException => new EngineException(
                EngineFault.Unreachable,
                $"The Docker engine at {endpoint} did not answer in time.",
                e
            ),
            JsonException => new EngineException(
                EngineFault.Refused,
                $"The Docker engine at {endpoint} gave an answer that cannot be read.",
                e
            ),
            HttpRequestException or SocketException or IOException => new EngineException(
                EngineFault.Unreachable,
                $"The Docker engine at {endpoint} cannot be reached: {Reason(e)}.",
                e
            ),
            _ => new EngineException(EngineFault.Refused, $"The request to the Docker engine at {endpoint} failed: {e.Message}", e),
        };

    /// <summary>The daemon's own words.</summary>
    public static string GetMessage(DockerApiException e)
    {
        var text = e.ResponseBody?.Trim() ?? "";
        try
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("message", out var message))
                text = message.GetString() ?? "";
        }
        catch (JsonException)
        {
            // some answers are plain text
        }

        text = text.ReplaceLineEndings(" ").Trim();
        return text.Length switch
        {
            0 => $"status {(int)e.StatusCode}",
            > 600 => text[..600] + "…",
            _ => text,
        };
    }

    /// <summary>A port of the host that is taken, if the daemon's words are about one.</summary>
    public static string? FindTakenPort(string words) =>
        BoundPort().Match(words) is { Success: true } match ? match.Groups.Cast<Group>().Skip(1).First(group => group.Success).Value : null;

    /// <summary>The container's address on the service network is used by another container.</summary>
    public static bool IsTakenAddress(string words) =>
        words.Contains("Address already in use", StringComparison.Ordinal) && FindTakenPort(words) is null;

    private static EngineException TranslateApiError(DockerApiException e)
    {
        var words = GetMessage(e);
        if (FindTakenPort(words) is { } port)
            return new EngineException(EngineFault.Conflict, $"The host's port {port} is taken: {Sentence(words)}", e);
        var fault = e.StatusCode switch
        {
            HttpStatusCode.NotFound => EngineFault.NotFound,
            HttpStatusCode.Conflict => EngineFault.Conflict,
            HttpStatusCode.Unauthorized => EngineFault.Unauthorized,
            HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout => EngineFault.Unreachable,
            _ => EngineFault.Refused,
        };
        return new EngineException(fault, $"The Docker engine refused: {Sentence(words)}", e);
    }

    private static string Reason(Exception e)
    {
        for (var cause = e; cause is not null; cause = cause.InnerException)
            if (cause is SocketException socket)
                return socket.SocketErrorCode switch
                {
                    SocketError.ConnectionRefused => "nothing listens there",
                    SocketError.AddressNotAvailable => "there is no such socket",
                    SocketError.AccessDenied => "access is denied",
                    SocketError.HostNotFound => "its name is unknown",
                    _ => socket.Message.TrimEnd('.'),
                };
        return e.Message.TrimEnd('.');
    }

    private static string Sentence(string words) => words.EndsWith('.') || words.EndsWith('…') ? words : words + ".";

    [GeneratedRegex(@"Bind for \S*:(\d+) failed|listen \w+ \S*:(\d+): bind: address already in use|failed to bind host port \S*:(\d+)")]
    private static partial Regex BoundPort();
}
