using AutoDeploy.Organizations;
using AutoDeploy.Sources;

namespace AutoDeploy.Api.Hooks;

/// <summary>What all pushes of a delivery have in common, whatever it tells of.</summary>
internal static class CommonPushFactory
{
    public static Push Create(ISender sender, Hook hook, string delivery, string? pusher, DateTimeOffset received) =>
        new()
        {
            Uuid = Guid.Empty,
            Sender = sender.Name,
            HookId = hook.Uuid,
            Delivery = delivery,
            Source = "",
            Pusher = HookJson.Person(pusher),
            Received = received,
            Organization = hook.Organization,
        };
}
