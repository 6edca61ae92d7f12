using AutoDeploy.Api.Http;
using AutoDeploy.Services;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>What an event tells of a container.</summary>
/// <param name="State">Running, Stopped or Terminated.</param>
/// <param name="ImageName">The image with its tag, canonical.</param>
/// <param name="DockerId">The engine's id.</param>
/// <param name="Action">The resource uri of the action that made it.</param>
/// <param name="ExitCode">Null while it runs.</param>
public sealed record ContainerEventResponse(
    Guid Uuid,
    string ResourceUri,
    string Name,
    string State,
    string ImageName,
    string Digest,
    string DockerId,
    string? Action,
    int? ExitCode,
    string? PrivateIp,
    string? StartedDatetime,
    string? StoppedDatetime
)
{
    public static ContainerEventResponse From(ContainerView container, string state) =>
        new(
            container.Uuid,
            ResourceUris.For(ResourceUris.Container, container.Uuid),
            container.Name,
            state,
            container.Image,
            container.Digest,
            container.Id,
            container.DeploymentId == Guid.Empty ? null : ResourceUris.For(ResourceUris.Action, container.DeploymentId),
            container.Running ? null : container.ExitCode,
            container.Address,
            ApiDates.Format(container.Started),
            container.Running ? null : ApiDates.Format(container.Finished)
        );
}
