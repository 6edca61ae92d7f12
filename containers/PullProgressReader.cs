using AutoDeploy.Ports;
using AutoDeploy.Sources;
using Api = Docker.DotNet.Models;

namespace AutoDeploy.Containers;

/// <summary>
/// Condenses the ticks of a pull to a line per layer when it begins and when it is done, and notices an error in any line.
/// </summary>
internal sealed class PullProgressReader(IProgress<PullReport>? reports) : IProgress<Api.JSONMessage>
{
    private readonly Dictionary<string, (long Bytes, long Total)> _layers = [];

    private static readonly string[] UnreachableMessages =
    [
        "connection refused",
        "no such host",
        "i/o timeout",
        "no route to host",
        "deadline exceeded",
        "Client.Timeout",
        "TLS handshake timeout",
        "server misbehaving",
        "network is unreachable",
    ];

    private static readonly string[] RefusedMessages =
    [
        "unexpected HTTP status: 5",
        "unexpected status code 5",
        "HTTP 5",
        "HTTP 429",
        "toomanyrequests",
        "too many requests",
        "unknown: unknown error",
        "unavailable",
        "internal server error",
        "bad gateway",
        "EOF",
        "connection reset",
        "broken pipe",
        "filesystem layer verification failed",
    ];

    /// <summary>The daemon answers 200 and reports the failure in the stream.</summary>
    public string? Error { get; private set; }

    public void Report(Api.JSONMessage value)
    {
        if (value.Error?.Message is { Length: > 0 } error)
        {
            Error = error;
        }
        else
        {
            Count(value);
            if (Line(value) is { } line || value.Status == "Downloading")
                reports?.Report(
                    new PullReport(Line(value), _layers.Values.Sum(layer => layer.Bytes), _layers.Values.Sum(layer => layer.Total))
                );
        }
    }

    /// <summary>A layer's size is told with its first bytes, and its last ones by its being complete.</summary>
    private void Count(Api.JSONMessage value)
    {
        if (value.ID is not { Length: > 0 } layer)
            return;
        if (value is { Status: "Downloading", Progress.Current: { } bytes })
            _layers[layer] = (bytes, Math.Max(value.Progress.Total ?? 0, bytes));
        else if (value.Status is "Download complete" or "Pull complete" && _layers.TryGetValue(layer, out var known))
            _layers[layer] = (known.Total, known.Total);
    }

    public static EngineException Failure(ImageName image, string digest, string words, RegistryCredential? credential, Exception? inner)
    {
        var reason = words.ReplaceLineEndings(" ").Trim().TrimEnd('.');
        if (credential is { Password.Length: > 0 })
            reason = reason.Replace(credential.Password, "***", StringComparison.Ordinal);
        var (fault, hint) = reason switch
        {
            _ when Has("unauthorized")
                    || Has("no basic auth")
                    || Has("denied")
                    || Has("HTTP 401")
                    || Has("HTTP 403")
                    || Has("incorrect username")
                    || Has("authentication required") => (
                EngineFault.Unauthorized,
                credential is null ? $"the registry {image.Host} wants credentials" : $"the registry {image.Host} refuses the credentials"
            ),
            _ when Has("manifest unknown") || Has("HTTP 404") || Has("not found") || Has("does not exist") => (
                EngineFault.NotFound,
                $"the registry {image.Host} does not have it"
            ),
            _ when Has("no space left") => (EngineFault.Refused, "the engine's disk is full"),
            _ when UnreachableMessages.Any(Has) => (EngineFault.Interrupted, $"the engine cannot reach the registry {image.Host}"),
            _ when RefusedMessages.Any(Has) => (EngineFault.Interrupted, $"the registry {image.Host} is out of order"),
            _ => (EngineFault.Refused, "the engine refused"),
        };
        return new EngineException(fault, $"The image {image.Repository}@{digest} cannot be pulled: {hint} ({reason}).", inner);

        bool Has(string part) => reason.Contains(part, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The log line for a progress message; null: none.</summary>
    public static string? Line(Api.JSONMessage message) =>
        message switch
        {
            { ID: { Length: > 0 } layer, Status: "Pulling fs layer" or "Already exists" or "Pull complete" } =>
                $"{layer}: {message.Status}",
            { ID: null or "", Status: { Length: > 0 } status } => status,
            _ => null,
        };
}
