using System.Text.Json;

namespace AutoDeploy.Api.Hooks;

/// <summary>
/// What is read of GitHub's deliveries. Our own, because Octokit's types refuse the payloads of older servers.
/// </summary>
/// <param name="RefType">Of the events <c>create</c> and <c>delete</c>.</param>
/// <param name="Zen">Of the event <c>ping</c>.</param>
/// <param name="Action">Of most other events; of any type, only whether it is there matters.</param>
internal sealed record GitHubDelivery(
    string? Ref,
    string? After,
    bool? Deleted,
    string? RefType,
    JsonElement? Zen,
    JsonElement? Action,
    GitHubRepository? Repository,
    GitHubPusher? Pusher
)
{
    /// <summary>What it is, by its shape, when it is no push.</summary>
    public string? OtherEvent =>
        RefType is not null ? "create or delete"
        : Ref is not null ? null
        : Zen is not null ? "ping"
        : Action is not null ? "of another kind"
        : null;
}
