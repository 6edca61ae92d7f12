using AutoDeploy.Api.Http;
using AutoDeploy.Deployments;
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
public sealed record EventObject(
    string Type, string Action, string State, string? ResourceUri, IReadOnlyList<string> Parents, Guid Uuid, string Datetime, string? Service, object? Object)
{
    public static EventObject Of(Event happened)
    {
        var service = happened.Service is { } uuid ? Uris.Of(Uris.Service, uuid) : null;
        var (type, state, uri, about) = Describe(happened, service);
        return new EventObject(
            type, happened.Change.ToString().ToLowerInvariant(), state, uri,
            service is null || happened.Kind == EventKind.Service ? [] : [service],
            happened.Subject, Dates.Text(happened.Time), service is null ? null : happened.ServiceName, about);
    }

    private static (string Type, string State, string? Uri, object? Object) Describe(Event happened, string? service) => happened switch
    {
        { Deployment: { } deployment } => ("action", ActionObject.StateText(deployment.State), Uris.Of(Uris.Action, deployment.Uuid), ActionObject.Of(deployment)),
        { Container: { } container } => ("container", StateOf(container, happened.Change), Uris.Of(Uris.Container, container.Uuid), ContainerEventObject.Of(container, StateOf(container, happened.Change))),
        { Push: { } push } => ("push", "Settled", null, PushObject.Of(push.Uuid, push)),
        { Verdict: { } verdict } => ("verdict", "Held", service is null ? null : service + "verdict/", new HeldObject(verdict.Push, verdict.Reason, verdict.Detail)),
        _ => ("service", happened.State?.Text() ?? "", service, null),
    };

    private static string StateOf(ContainerView container, EventChange change) =>
        change == EventChange.Delete ? "Terminated" : container.Running ? "Running" : "Stopped";
}

/// <summary>What an event tells of a container.</summary>
/// <param name="State">Running, Stopped or Terminated.</param>
/// <param name="ImageName">The image with its tag, canonical.</param>
/// <param name="DockerId">The engine's id.</param>
/// <param name="Action">The resource uri of the action that made it.</param>
/// <param name="ExitCode">Null while it runs.</param>
public sealed record ContainerEventObject(
    Guid Uuid, string ResourceUri, string Name, string State, string ImageName, string Digest, string DockerId, string? Action, int? ExitCode,
    string? PrivateIp, string? StartedDatetime, string? StoppedDatetime)
{
    public static ContainerEventObject Of(ContainerView container, string state) => new(
        container.Uuid, Uris.Of(Uris.Container, container.Uuid), container.Name, state, container.Image, container.Digest, container.Id,
        container.Deployment == Guid.Empty ? null : Uris.Of(Uris.Action, container.Deployment), container.Running ? null : container.ExitCode,
        container.Address, Dates.Text(container.Started), container.Running ? null : Dates.Text(container.Finished));
}

/// <summary>What an event tells of a verdict that holds a version.</summary>
/// <param name="Push">The push's uuid.</param>
/// <param name="Reason">In a word.</param>
/// <param name="Detail">In a sentence.</param>
public sealed record HeldObject(Guid Push, string Reason, string Detail);
