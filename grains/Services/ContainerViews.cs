using System.Collections.Immutable;
using AutoDeploy.Ports;

namespace AutoDeploy.Services;

internal static class ContainerViews
{
    public static ImmutableArray<ContainerView> Of(IEnumerable<EngineContainer> containers) =>
        [.. containers.OrderBy(c => c.Labels.Slot).ThenBy(c => c.Name, StringComparer.Ordinal).Select(Of)];

    private static ContainerView Of(EngineContainer container) => new()
    {
        Uuid = container.Labels.Container,
        Id = container.Id,
        Name = container.Name,
        Slot = container.Labels.Slot,
        Running = container.Runs,
        ExitCode = container.ExitCode,
        Image = container.Labels.Image,
        Digest = container.Labels.Digest,
        Deployment = container.Labels.Deployment,
        Started = container.Started,
        Finished = container.Finished,
        Address = container.Address,
        Ports = [.. container.Ports.Select(p => new ContainerPort(p.Protocol, p.InnerPort, p.OuterPort, true))],
    };

    /// <summary>What a service is in when no operation goes on.</summary>
    public static ServiceStatus Status(Service service, ImmutableArray<ContainerView> containers)
    {
        var running = containers.Count(c => c.Running);
        if (running > 0)
            return running >= service.Settings.TargetContainers ? ServiceStatus.Running : ServiceStatus.PartlyRunning;
        return service.Current is null && containers.IsEmpty ? ServiceStatus.NotRunning : ServiceStatus.Stopped;
    }
}
