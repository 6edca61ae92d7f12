using AutoDeploy.Api.Http;
using AutoDeploy.Events;
using AutoDeploy.Services;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Something that has changed, in Docker Cloud's form, with what it was then.</summary>
/// <param name="Type">service, action, container, push or verdict.</param>
/// <param name="Action">create, update or delete.</param>
/// <param name="State">The state that it is in then; of a push "Settled": every service that it concerns has its verdict.</param>
/// <param name="ResourceUri">Where it is; null for a push.</param>
/// <param name="Parents">The resource uris of what it belongs to.</param>
/// <param name="Service">The service's name; null for a push.</param>
/// <param name="Object">The action, container, push or verdict as it was then; null for a service.</param>
public sealed record EventResponse(
    string Type,
    string Action,
    string State,
    string? ResourceUri,
    IReadOnlyList<string> Parents,
    Guid Uuid,
    string Datetime,
    string? Service,
    object? Object
)
{
    public static EventResponse From(LedgerEvent ledgerEvent)
    {
        var service = ledgerEvent.ServiceId is { } uuid ? ResourceUris.For(ResourceUris.Service, uuid) : null;
        var (type, state, uri, about) = Describe(ledgerEvent, service);
        return new EventResponse(
            type,
            ledgerEvent.Change.ToString().ToLowerInvariant(),
            state,
            uri,
            service is null || ledgerEvent.Kind == EventKind.Service ? [] : [service],
            ledgerEvent.SubjectId,
            ApiDates.Format(ledgerEvent.Time),
            service is null ? null : ledgerEvent.ServiceName,
            about
        );
    }

    private static (string Type, string State, string? Uri, object? Object) Describe(LedgerEvent ledgerEvent, string? service) =>
        ledgerEvent switch
        {
            { Deployment: { } deployment } => (
                "action",
                ActionResponse.StateText(deployment.State),
                ResourceUris.For(ResourceUris.Action, deployment.Uuid),
                ActionResponse.From(deployment)
            ),
            { Container: { } container } => (
                "container",
                StateOf(container, ledgerEvent.Change),
                ResourceUris.For(ResourceUris.Container, container.Uuid),
                ContainerEventResponse.From(container, StateOf(container, ledgerEvent.Change))
            ),
            { Push: { } push } => ("push", "Settled", null, PushResponse.From(push.Uuid, push)),
            { Verdict: { } verdict } => (
                "verdict",
                "Held",
                service is null ? null : service + "verdict/",
                new HeldResponse(verdict.PushId, verdict.Reason, verdict.Detail)
            ),
            _ => ("service", ledgerEvent.State?.Format() ?? "", service, null),
        };

    private static string StateOf(ContainerView container, EventChange change) =>
        change == EventChange.Delete ? "Terminated"
        : container.Running ? "Running"
        : "Stopped";
}
