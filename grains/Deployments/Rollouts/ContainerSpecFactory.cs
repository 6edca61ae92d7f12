using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Volumes;

namespace AutoDeploy.Deployments.Rollouts;

/// <summary>Says how a container of a service is made: a pure function of the service and the version.</summary>
internal static class ContainerSpecFactory
{
    /// <summary>Docker Cloud's name for what a trigger's call brought.</summary>
    private const string TriggerBody = "DOCKERCLOUD_TRIGGER_BODY";

    private const long Megabyte = 1 << 20;

    /// <summary>
    /// A container that runs a command once, made as one of the first slot with <paramref name="first"/>, which serves nobody.
    /// </summary>
    public static ContainerSpec CreateCommandSpec(ContainerSpec first, string name, string command) =>
        first with
        {
            Name = name,
            Labels = first.Labels with
            {
                Slot = ContainerNames.CommandSlot,
                ContainerId = CreateContainerUuid(first.Labels.DeploymentId, name),
            },
            Command = CommandLine.Split(command),
            Ports = [],
            Aliases = [],
            Restart = RestartPolicy.No,
            Options = first.Options with { Restart = "" },
        };

    /// <param name="volumesFrom">The containers whose volumes the bindings ask for, by service.</param>
    /// <param name="linked">The DNS names of the services linked to.</param>
    /// <param name="volumes">The volumes that it gets.</param>
    public static ContainerSpec CreateSpec(
        Service service,
        ServiceVersion version,
        int slot,
        Deployment deployment,
        IReadOnlyList<VolumeUse> volumes,
        IReadOnlyDictionary<Guid, IReadOnlyList<EngineContainer>> volumesFrom,
        IReadOnlyDictionary<Guid, string> linked
    )
    {
        var container = service.Settings.Container;
        return new ContainerSpec
        {
            Name = ContainerNames.OfDeployment(service.Name, slot, deployment.Uuid),
            Image = version.Reference,
            Labels = new ContainerLabels
            {
                ServiceId = service.Uuid,
                DeploymentId = deployment.Uuid,
                ContainerId = CreateContainerUuid(deployment.Uuid, slot.ToString(CultureInfo.InvariantCulture)),
                Slot = slot,
                Image = version.Image.ToString(),
                Digest = version.Digest!,
                Commit = version.Commit,
            },
            UserLabels = container.Labels,
            Environment =
            [
                .. container
                    .Environment.Where(e => deployment.Body is null || e.Key != TriggerBody)
                    .Select(e => KeyValuePair.Create(e.Key, e.Value)),
                .. deployment.Body is { } body ? [KeyValuePair.Create(TriggerBody, body)] : Array.Empty<KeyValuePair<string, string>>(),
            ],
            Command = CommandLine.Split(container.RunCommand),
            Entrypoint = CommandLine.Split(container.Entrypoint),
            WorkingDirectory = container.WorkingDirectory,
            User = container.User,
            Hostname = container.Hostname,
            DomainName = container.DomainName,
            Ports =
            [
                .. container.Ports.Select(p => new PortSpec(p.Protocol, p.InnerPort, p.Published, p.OuterPort)
                {
                    HostAddress = p.HostAddress,
                }),
            ],
            Mounts =
            [
                .. container
                    .Bindings.Where(b => b.HostPath is not null)
                    .Select(b => new MountSpec(b.HostPath!, b.ContainerPath, !b.Rewritable)),
                .. volumes.Select(use => new MountSpec(use.Volume.Name, use.Path, use.ReadOnly, Volume: true)),
            ],
            VolumesFrom =
            [
                .. container
                    .Bindings.Where(b => b.VolumesFrom is not null)
                    .SelectMany(b =>
                        volumesFrom.GetValueOrDefault(b.VolumesFrom!.Value, []).Select(c => c.Id + (b.Rewritable ? "" : ":ro"))
                    ),
            ],
            Restart = container.Autorestart switch
            {
                AutorestartPolicy.Always => RestartPolicy.UnlessStopped,
                AutorestartPolicy.OnFailure => RestartPolicy.OnFailure,
                _ => RestartPolicy.No,
            },
            Memory = (container.Memory ?? 0) * Megabyte,
            MemorySwap = container.MemorySwap is -1 ? -1 : (container.MemorySwap ?? 0) * Megabyte,
            CpuShares = container.CpuShares ?? 0,
            CpuSet = container.CpuSet,
            Privileged = container.Privileged,
            ReadOnly = container.ReadOnly,
            Tty = container.Tty,
            OpenStdin = container.OpenStdin,
            CapAdd = container.CapAdd,
            CapDrop = container.CapDrop,
            Dns = container.Dns,
            DnsSearch = container.DnsSearch,
            ExtraHosts = container.ExtraHosts,
            SecurityOptions = container.SecurityOptions,
            Devices = container.Devices,
            HostNetwork = container.HostNetwork,
            HostPid = container.HostPid,
            Options = container.Options,
            Links =
            [
                .. service
                    .Settings.Links.Where(l => linked.ContainsKey(l.ServiceId))
                    .Select(l => KeyValuePair.Create(l.Name, linked[l.ServiceId])),
            ],
            HealthCheck = HealthCheck.FindEngineCheck(service.Settings.HealthCheck, null),
            NoHealthCheck = service.Settings.HealthCheck is { None: true },
            StopTimeout = TimeSpan.FromSeconds(service.Settings.StopTimeout),
        };
    }

    /// <summary>The volumes and paths that a service's containers have from those of other services.</summary>
    public static IReadOnlyList<EngineMount> Lent(Service service, IReadOnlyDictionary<Guid, IReadOnlyList<EngineContainer>> volumesFrom) =>
        [
            .. service
                .Settings.Container.Bindings.Where(b => b.VolumesFrom is not null)
                .SelectMany(b =>
                    volumesFrom
                        .GetValueOrDefault(b.VolumesFrom!.Value, [])
                        .SelectMany(c => c.Mounts)
                        .Select(m => m with { Writable = m.Writable && b.Rewritable })
                ),
        ];

    /// <summary>
    /// The uuid under which the API shows a container: of version 4 in form, and the same when a crash has the step repeated.
    /// </summary>
    private static Guid CreateContainerUuid(Guid deploymentId, string which)
    {
        Span<byte> bytes = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{deploymentId}/{which}"), bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes[..16], bigEndian: true);
    }
}
