using System.Globalization;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using Api = Docker.DotNet.Models;

namespace AutoDeploy.Containers;

/// <summary>Builds Docker's request to create a container.</summary>
internal static class CreateContainerRequestFactory
{
    /// <param name="spec">What is wanted.</param>
    /// <param name="network">The network that it is made on.</param>
    /// <param name="endpoint">Its place there; null leaves that to Docker.</param>
    /// <param name="sign">Signs what its labels say.</param>
    /// <param name="defaultLogging">For a spec that says nothing of the log.</param>
    public static Api.CreateContainerParameters From(
        ContainerSpec spec,
        string network,
        Api.EndpointSettings? endpoint,
        Func<string, string> sign,
        LogSettings? defaultLogging
    ) =>
        new()
        {
            Name = spec.Name,
            Image = spec.Image,
            Hostname = spec.Hostname,
            Domainname = spec.DomainName,
            User = spec.User,
            WorkingDir = spec.WorkingDirectory,
            Env = [.. spec.Environment.Select(variable => $"{variable.Key}={variable.Value}")],
            Cmd = spec.Command is null ? null! : [.. spec.Command],
            Entrypoint = spec.Entrypoint is null ? null! : [.. spec.Entrypoint],
            Labels = ContainerLabelNames.Write(spec, sign),
            Tty = spec.Tty,
            OpenStdin = spec.OpenStdin,
            StopSignal = spec.Options.StopSignal,
            Healthcheck = CreateHealthCheck(spec),
            StopTimeout = TimeSpan.FromSeconds(Math.Ceiling(spec.StopTimeout.TotalSeconds)),
            ExposedPorts = spec.Ports.Select(PortName).Distinct().ToDictionary(name => name, _ => default(Api.EmptyStruct)),
            HostConfig = CreateHostConfig(spec, network, defaultLogging),
            NetworkingConfig = endpoint is null
                ? null
                : new Api.NetworkingConfig { EndpointsConfig = new Dictionary<string, Api.EndpointSettings> { [network] = endpoint } },
        };

    private static Api.HealthcheckConfig? CreateHealthCheck(ContainerSpec spec) =>
        spec.NoHealthCheck ? new Api.HealthcheckConfig { Test = ["NONE"] }
        : spec.HealthCheck is not { } check ? null
        : new Api.HealthcheckConfig
        {
            Test = ["CMD", .. check.Command],
            Interval = check.Interval,
            Timeout = check.Timeout,
            Retries = check.Retries,

            // Docker takes 0 as "the image's"
            StartPeriod = check.StartPeriod > TimeSpan.Zero ? check.StartPeriod : TimeSpan.FromMilliseconds(1),
        };

    private static Api.HostConfig CreateHostConfig(ContainerSpec spec, string network, LogSettings? defaultLogging)
    {
        var host = new Api.HostConfig
        {
            NetworkMode = network,
            Binds =
            [
                .. spec
                    .Mounts.Where(mount => !mount.Volume)
                    .Select(mount => $"{mount.Source}:{mount.Target}{(mount.ReadOnly ? ":ro" : "")}"),
            ],

            // here a path that an image declares may have a colon
            Mounts =
            [
                .. spec
                    .Mounts.Where(mount => mount.Volume)
                    .Select(mount => new Api.Mount
                    {
                        Type = "volume",
                        Source = mount.Source,
                        Target = mount.Target,
                        ReadOnly = mount.ReadOnly,
                    }),
            ],
            VolumesFrom = [.. spec.VolumesFrom],
            PortBindings = spec.HostNetwork ? null! : PortBindings(spec.Ports),
            RestartPolicy = new Api.RestartPolicy
            {
                Name = spec.Restart switch
                {
                    RestartPolicy.OnFailure => Api.RestartPolicyKind.OnFailure,
                    RestartPolicy.UnlessStopped => Api.RestartPolicyKind.UnlessStopped,
                    _ => Api.RestartPolicyKind.No,
                },
            },
            Memory = spec.Memory,
            MemorySwap = spec.MemorySwap,
            CPUShares = spec.CpuShares,
            CpusetCpus = spec.CpuSet,
            Privileged = spec.Privileged,
            ReadonlyRootfs = spec.ReadOnly,
            CapAdd = [.. spec.CapAdd],
            CapDrop = [.. spec.CapDrop],
            DNS = [.. spec.Dns],
            DNSSearch = [.. spec.DnsSearch],
            ExtraHosts = [.. spec.ExtraHosts],
            SecurityOpt = [.. spec.SecurityOptions],
            Devices = [.. spec.Devices.Select(ParseDevice)],
            PidMode = spec.HostPid ? "host" : "",
        };
        ContainerOptionsMapper.Apply(spec.Options, defaultLogging, host);
        return host;
    }

    private static Dictionary<string, IList<Api.PortBinding>> PortBindings(IEnumerable<PortSpec> ports) =>
        ports
            .Where(port => port.Published)
            .GroupBy(PortName)
            .ToDictionary(
                group => group.Key,
                IList<Api.PortBinding> (group) =>
                    [
                        .. group.Select(port => new Api.PortBinding
                        {
                            HostIP = port.HostAddress,
                            HostPort = port.OuterPort?.ToString(CultureInfo.InvariantCulture) ?? "",
                        }),
                    ]
            );

    private static string PortName(PortSpec port) => $"{port.InnerPort}/{port.Protocol}";

    /// <summary><c>/dev/x[:/dev/y[:rwm]]</c></summary>
    private static Api.DeviceMapping ParseDevice(string text)
    {
        var parts = text.Split(':');
        return new Api.DeviceMapping
        {
            PathOnHost = parts[0],
            PathInContainer = parts.Length > 1 && parts[1].Length > 0 ? parts[1] : parts[0],
            CgroupPermissions = parts.Length > 2 ? parts[2] : "rwm",
        };
    }
}
