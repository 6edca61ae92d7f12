using AutoDeploy.Ports;
using AutoDeploy.Services;
using Api = Docker.DotNet.Models;

namespace AutoDeploy.Containers;

/// <summary>Puts a service's <see cref="ContainerOptions"/> into Docker's words.</summary>
internal static class ContainerOptionsMapper
{
    /// <param name="options">The service's.</param>
    /// <param name="defaultLogging">For a service that says nothing of its log; null: as the engine is set.</param>
    /// <param name="host">What they are put into.</param>
    public static void Apply(ContainerOptions options, LogSettings? defaultLogging, Api.HostConfig host)
    {
        ApplyLimits(options, host);
        ApplyNamespaces(options, host);
        if ((options.Logging ?? defaultLogging) is { } logging)
            host.LogConfig = new Api.LogConfig { Type = logging.Driver, Config = new Dictionary<string, string>(logging.Options) };
        if (ParseRestart(options.Restart) is { } restart)
            host.RestartPolicy = restart;
        if (options.TemporaryFileSystems.Length > 0)
            host.Tmpfs = options
                .TemporaryFileSystems.Select(text => text.Split(':', 2))
                .ToDictionary(parts => parts[0], parts => parts.Length > 1 ? parts[1] : "");
        host.Init = options.Init;
        host.StorageOpt = Copy(options.StorageOptions);
        host.Annotations = Copy(options.Annotations);
    }

    /// <summary>
    /// Null: as the older setting says. <c>always</c> is <c>unless-stopped</c>, since what a person stopped stays stopped when the engine
    /// starts.
    /// </summary>
    private static Api.RestartPolicy? ParseRestart(string text)
    {
        var parts = text.Split(':', 2);
        return parts[0] switch
        {
            "no" => new Api.RestartPolicy { Name = Api.RestartPolicyKind.No },
            "on-failure" => new Api.RestartPolicy
            {
                Name = Api.RestartPolicyKind.OnFailure,
                MaximumRetryCount = parts.Length > 1 ? int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) : 0,
            },
            "always" or "unless-stopped" => new Api.RestartPolicy { Name = Api.RestartPolicyKind.UnlessStopped },
            _ => null,
        };
    }

    private static void ApplyLimits(ContainerOptions options, Api.HostConfig host)
    {
        host.NanoCPUs = (long)Math.Round((options.Cpus ?? 0) * 1e9);
        host.CPUPeriod = options.CpuPeriod ?? 0;
        host.CPUQuota = options.CpuQuota ?? 0;
        host.CpusetMems = options.CpuSetMemories;
        host.PidsLimit = options.PidsLimit;
        host.MemoryReservation = options.MemoryReservation ?? 0;
        host.MemorySwappiness = options.MemorySwappiness;
        host.OomKillDisable = options.OomKillDisable ? true : null;
        host.OomScoreAdj = options.OomScoreAdjustment ?? 0;
        host.ShmSize = options.SharedMemory ?? 0;
        host.Sysctls = Copy(options.KernelParameters);
        if (options.UserLimits.Length > 0)
            host.Ulimits =
            [
                .. options.UserLimits.Select(limit => new Api.Ulimit
                {
                    Name = limit.Name,
                    Soft = limit.Soft,
                    Hard = limit.Hard,
                }),
            ];
        if (options.BlockIo is { } io)
        {
            host.BlkioWeight = (ushort)(io.Weight ?? 0);
            host.BlkioWeightDevice =
            [
                .. io.Weights.Select(weight => new Api.WeightDevice { Path = weight.Path, Weight = (ushort)weight.Value }),
            ];
            host.BlkioDeviceReadBps = MapRates(io.ReadBytes);
            host.BlkioDeviceWriteBps = MapRates(io.WriteBytes);
            host.BlkioDeviceReadIOps = MapRates(io.ReadOperations);
            host.BlkioDeviceWriteIOps = MapRates(io.WriteOperations);
        }
    }

    private static void ApplyNamespaces(ContainerOptions options, Api.HostConfig host)
    {
        host.GroupAdd = [.. options.Groups];
        host.IpcMode = options.IpcMode;
        host.UTSMode = options.UtsMode;
        host.UsernsMode = options.UserNamespaceMode;
        host.CgroupnsMode = options.CgroupMode;
        host.CgroupParent = options.CgroupParent;
        host.Runtime = options.Runtime;
        host.DNSOptions = [.. options.DnsOptions];
        host.DeviceCgroupRules = [.. options.DeviceRules];
        host.DeviceRequests =
        [
            .. options.DeviceRequests.Select(request => new Api.DeviceRequest
            {
                Driver = request.Driver,
                Count = request.Count,
                DeviceIDs = request.DeviceIds.Length == 0 ? null! : [.. request.DeviceIds],
                Capabilities =
                [
                    [.. request.Capabilities],
                ],
                Options = new Dictionary<string, string>(request.Options),
            }),
        ];
    }

    private static List<Api.ThrottleDevice> MapRates(IEnumerable<DeviceRate> rates) =>
        [.. rates.Select(rate => new Api.ThrottleDevice { Path = rate.Path, Rate = (ulong)rate.Value })];

    private static Dictionary<string, string>? Copy(IReadOnlyDictionary<string, string> map) =>
        map.Count == 0 ? null : new Dictionary<string, string>(map);
}
