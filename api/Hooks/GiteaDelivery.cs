using System.Text.Json;

namespace AutoDeploy.Api.Hooks;

/// <param name="RefType">Of the events <c>create</c> and <c>delete</c>.</param>
/// <param name="Sha">Of the event <c>create</c>.</param>
/// <param name="Action">Of most other events; of any type, only whether it is there matters.</param>
internal sealed record GiteaDelivery(
    string? Ref,
    string? After,
    string? RefType,
    JsonElement? Sha,
    JsonElement? Action,
    GiteaRepository? Repository,
    GiteaUser? Pusher
)
{
    /// <summary>What it is, by its shape.</summary>
    public string Event =>
        RefType is not null
            ? Sha is null
                ? "delete"
                : "create"
            : Ref is null && Action is not null
                ? "of another kind"
                : "push";
}
