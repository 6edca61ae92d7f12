using System.Text.Json.Serialization;

namespace AutoDeploy.Api.Hooks;

/// <param name="PushedAt">Unix seconds, sometimes with a fraction.</param>
internal sealed record DockerHubPush(
    string? Tag,
    [property: JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)] double? PushedAt,
    string? Pusher
);
