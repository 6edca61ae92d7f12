using AutoDeploy.Api.Http;
using AutoDeploy.Services;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>A container of a service, as last seen.</summary>
public sealed record ContainerResponse
{
    public required Guid Uuid { get; init; }

    public required string ResourceUri { get; init; }

    public required string Name { get; init; }

    public required string UniqueName { get; init; }

    /// <summary>Running or Stopped.</summary>
    public required string State { get; init; }

    /// <summary>The image with its tag, canonical.</summary>
    public required string ImageName { get; init; }

    public required string Digest { get; init; }

    /// <summary>The engine's id.</summary>
    public required string DockerId { get; init; }

    /// <summary>A resource uri.</summary>
    public required string Service { get; init; }

    /// <summary>A resource uri.</summary>
    public required string Node { get; init; }

    /// <summary>The resource uri of the action that made it.</summary>
    public required string? Action { get; init; }

    public required string RunCommand { get; init; }

    public required string Entrypoint { get; init; }

    /// <summary>Null while it runs.</summary>
    public required int? ExitCode { get; init; }

    /// <summary>Always null.</summary>
    public string? ExitCodeMsg { get; init; }

    public required string Autorestart { get; init; }

    public required string? PrivateIp { get; init; }

    /// <summary>Always null.</summary>
    public string? PublicDns { get; init; }

    public required IReadOnlyList<PortResponse> ContainerPorts { get; init; }

    public required IReadOnlyList<VariableResponse> ContainerEnvvars { get; init; }

    public required IReadOnlyList<BindingResponse> Bindings { get; init; }

    /// <summary>Always empty.</summary>
    public IReadOnlyList<string> LinkedToContainer { get; init; } = [];

    public required string? DeployedDatetime { get; init; }

    public required string? StartedDatetime { get; init; }

    public required string? StoppedDatetime { get; init; }

    /// <summary>Always null.</summary>
    public string? DestroyedDatetime { get; init; }

    public static ContainerResponse From(Service service, ContainerView container, string node)
    {
        var of = ServiceResponse.From(service);
        return new ContainerResponse
        {
            Uuid = container.Uuid,
            ResourceUri = ResourceUris.For(ResourceUris.Container, container.Uuid),
            Name = container.Name,
            UniqueName = container.Name,
            State = container.Running ? "Running" : "Stopped",
            ImageName = container.Image,
            Digest = container.Digest,
            DockerId = container.Id,
            Service = of.ResourceUri,
            Node = node,
            Action = container.DeploymentId == Guid.Empty ? null : ResourceUris.For(ResourceUris.Action, container.DeploymentId),
            RunCommand = of.RunCommand,
            Entrypoint = of.Entrypoint,
            ExitCode = container.Running ? null : container.ExitCode,
            Autorestart = of.Autorestart,
            PrivateIp = container.Address,
            ContainerPorts = [.. container.Ports.Select(PortResponse.From)],
            ContainerEnvvars = of.ContainerEnvvars,
            Bindings = of.Bindings,
            DeployedDatetime = ApiDates.Format(container.Started ?? service.Deployed),
            StartedDatetime = ApiDates.Format(container.Started),
            StoppedDatetime = container.Running ? null : ApiDates.Format(container.Finished),
        };
    }
}
