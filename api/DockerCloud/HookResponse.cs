using AutoDeploy.Api.Hooks;
using AutoDeploy.Api.Http;
using AutoDeploy.Organizations;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>A secret URL for a sender.</summary>
/// <param name="Url">Where the sender is to POST; whoever knows it can tell of pushes.</param>
/// <param name="HasSecret">The sender has to sign its deliveries, or to send a secret too.</param>
/// <param name="ServiceAccount">The account whose token the sender has to send too; null: none is asked for.</param>
/// <param name="Audience">For whom that token has to be; null: for the hook's URL.</param>
/// <param name="RejectedDeliveries">So many did not carry the secret, or no right signature or token, and were refused, since the process
/// started.</param>
public sealed record HookResponse(
    Guid Uuid,
    string ResourceUri,
    string Sender,
    string Url,
    bool HasSecret,
    string? ServiceAccount,
    string? Audience,
    long RejectedDeliveries,
    string CreatedDatetime
)
{
    public static HookResponse From(Hook hook, string baseUrl, RejectedDeliveries rejected) =>
        new(
            hook.Uuid,
            ResourceUris.For(ResourceUris.Hook, hook.Uuid),
            hook.Sender,
            $"{baseUrl}/hooks/{hook.Sender}/{hook.Key}",
            hook.Secret is not null,
            hook.ServiceAccount,
            hook.Audience,
            rejected.CountOf(hook),
            ApiDates.Format(hook.Created)
        );
}
