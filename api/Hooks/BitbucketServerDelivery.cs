using System.Text.Json.Serialization;

namespace AutoDeploy.Api.Hooks;

/// <param name="Test">Of the test button; of any type, only whether it is there matters.</param>
internal sealed record BitbucketServerDelivery(
    [property: JsonPropertyName("eventKey")] string? EventKey,
    BitbucketServerActor? Actor,
    BitbucketServerRepository? Repository,
    IReadOnlyList<BitbucketServerChange?>? Changes,
    System.Text.Json.JsonElement? Test
);
