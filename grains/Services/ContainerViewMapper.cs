using System.Collections.Immutable;
using AutoDeploy.Ports;

namespace AutoDeploy.Services;

internal static class ContainerViewMapper
{
    public static ImmutableArray<ContainerView> From(IEnumerable<EngineContainer> containers) =>
        [.. containers.OrderBy(c => c.Labels.Slot).ThenBy(c => c.Name, StringComparer.Ordinal).Select(From)];

    private static ContainerView From(EngineContainer container) =>
        new()
        {
            Uuid = container.Labels.ContainerId,
            Id = container.Id,
            Name = container.Name,
            Slot = container.Labels.Slot,
            Running = container.IsUp,
            ExitCode = container.ExitCode,
            Image = container.Labels.Image,
            Digest = container.Labels.Digest,
            DeploymentId = container.Labels.DeploymentId,
            Started = container.Started,
            Finished = container.Finished,
            Address = container.Address,
            Ports = [.. container.Ports.Select(p => new ContainerPort(p.Protocol, p.InnerPort, p.OuterPort, true))],
        };

    /// <summary>What a service is in when no operation goes on.</summary>
    public static ServiceStatus GetStatus(Service service, ImmutableArray<ContainerView> containers)
    {
        var running = containers.Count(c => c.Running);
        if (running > 0)
            return running >= service.Settings.TargetContainers ? ServiceStatus.Running : ServiceStatus.PartlyRunning;
        return service.Current is null && containers.IsEmpty ? ServiceStatus.NotRunning : ServiceStatus.Stopped;
    }
}
