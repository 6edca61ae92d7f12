using System.Text.Json.Serialization;

namespace AutoDeploy.Api.Hooks;

/// <param name="SkipAsked">The pusher said <c>git push -o ci.skip</c>.</param>
internal sealed record GitLabDelivery(
    string? Ref,
    string? After,
    string? UserName,
    string? UserUsername,
    GitLabProject? Project,
    GitLabProject? Repository,
    [property: JsonPropertyName("push_options"), JsonConverter(typeof(GitLabSkip))] bool SkipAsked
);
