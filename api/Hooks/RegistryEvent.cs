using System.Text;
using AutoDeploy.Api.Http;

namespace AutoDeploy.Api.Hooks;

/// <summary>An event of distribution, in whose form others tell of theirs.</summary>
/// <param name="Timestamp">Text: its nine digits of a second are more than a date here holds.</param>
internal sealed record RegistryEvent(
    string? Id,
    string? Timestamp,
    string? Action,
    RegistryTarget? Target,
    RegistryRequest? Request,
    RegistryActor? Actor
)
{
    /// <param name="at">Where the event was found, with a dot behind it.</param>
    public void AddTo(ImagePushCollector pushes, string at = "")
    {
        if (Action is null || (Action is "push" or "delete" && Target is null))
            pushes.Fail($"`{at}{(Action is null ? "action" : "target")}` is missing; expected what was pushed or deleted.");
        else if (Action is not ("push" or "delete"))
            pushes.Ignore($"An event with the action \"{ApiException.Shorten(Action)}\" changes nothing.");
        // a deleted tag comes with the repository and the tag alone
        else if (Action == "push" && ArtifactTypes.ObjectionToType(Target!.MediaType) is { } objection)
            pushes.Ignore(objection);
        else
            pushes.Add(
                new ReportedTag(
                    $"{at}{(Target!.Repository is { Length: > 0 } ? "request.host" : "target.repository")}",
                    Name,
                    $"{at}target.tag",
                    Target.Tag
                )
                {
                    Digest = Target.Digest,
                    Deleted = Action == "delete",
                    Delivery = Delivery,
                    Pusher = Actor?.Name,
                }
            );
    }

    private string? Name =>
        ImageReferenceText.Join(
            Request?.Host is { Length: > 0 } host ? host : ImageReferenceText.FindHost(Target!.Url),
            Target!.Repository
        );

    /// <summary>The event's id, the same on every try; without one, or with a strange one, what the event says.</summary>
    private string Delivery =>
        DeliveryId.IsUsable(Id)
            ? Id!
            : DeliveryId.From(null, Encoding.UTF8.GetBytes($"{Id}\n{Timestamp}\n{Action}\n{Name}:{Target!.Tag}\n{Target.Digest}"));
}
