using System.Globalization;
using AutoDeploy.Ports;
using Api = Docker.DotNet.Models;

namespace AutoDeploy.Containers;

/// <summary>Reads a container out of Docker's answer.</summary>
internal static class ContainerInspectReader
{
    /// <summary>The length of Docker's short container id.</summary>
    private const int ShortId = 12;

    /// <summary>Null when its labels are not ours or cannot be read.</summary>
    public static EngineContainer? Read(Api.ContainerInspectResponse answer, string network)
    {
        if (ContainerLabelNames.Read(answer.Config?.Labels) is not { } labels)
            return null;
        var endpoint = Endpoint(answer, network);
        var state = answer.State ?? new Api.State();
        return new EngineContainer
        {
            Id = answer.ID,
            Name = answer.Name.TrimStart('/'),
            Labels = labels,
            State = state.Status switch
            {
                "created" => EngineContainerState.Created,
                "running" => EngineContainerState.Running,
                "restarting" => EngineContainerState.Restarting,
                "paused" => EngineContainerState.Paused,
                "removing" => EngineContainerState.Removing,
                "dead" => EngineContainerState.Dead,
                _ => EngineContainerState.Exited,
            },
            Health = state.Health?.Status switch
            {
                "starting" => EngineHealth.Starting,
                "healthy" => EngineHealth.Healthy,
                "unhealthy" => EngineHealth.Unhealthy,
                _ => EngineHealth.None,
            },
            HealthOutput = state.Health?.Log is { Count: > 0 } log ? log[^1].Output.Trim() : null,
            RestartCount = (int)answer.RestartCount,
            ExitCode = (int)state.ExitCode,
            OutOfMemory = state.OOMKilled,
            Error = state.Error,
            Started = Time(state.StartedAt),
            Finished = Time(state.FinishedAt),
            Address = endpoint?.IPAddress is { Length: > 0 } address ? address : null,
            Aliases = Aliases(answer, endpoint),
            Ports = Ports(answer),
            Mounts = Mounts(answer),
            HasLentMounts = answer.HostConfig?.VolumesFrom is { Count: > 0 },
        };
    }

    /// <summary>The container's place on the network, or null when it is not attached.</summary>
    public static Api.EndpointSettings? Endpoint(Api.ContainerInspectResponse answer, string network) =>
        answer.NetworkSettings?.Networks is { } networks && networks.TryGetValue(network, out var endpoint) ? endpoint : null;

    /// <summary>
    /// Without the short id, which old engines list as an alias, too. A service's name may look like the beginning of an id.
    /// </summary>
    public static string[] Aliases(Api.ContainerInspectResponse answer, Api.EndpointSettings? endpoint) =>
        [
            .. (endpoint?.Aliases ?? [])
                .Where(alias => alias.Length != ShortId || !answer.ID.StartsWith(alias, StringComparison.Ordinal))
                .Distinct(),
        ];

    private static EngineMount[] Mounts(Api.ContainerInspectResponse answer) =>
        [
            .. (answer.Mounts ?? [])
                .Where(mount => mount.Type is "volume" or "bind")
                .Select(mount => new EngineMount(
                    mount.Type == "volume",
                    (mount.Type == "volume" ? mount.Name : mount.Source) ?? "",
                    mount.Destination,
                    mount.RW
                )),
        ];

    private static PublishedPort[] Ports(Api.ContainerInspectResponse answer)
    {
        var all = new List<PublishedPort>();
        foreach (var (name, bindings) in answer.NetworkSettings?.Ports ?? new Dictionary<string, IList<Api.PortBinding>>())
        {
            var slash = name.IndexOf('/');
            if (slash < 0 || !int.TryParse(name[..slash], CultureInfo.InvariantCulture, out var inner))
                continue;

            // Docker publishes for IPv4 and IPv6 apart, and where one has the port already it chooses two
            var ofIPv4 = (bindings ?? []).Where(binding => !binding.HostIP.Contains(':')).ToList();
            foreach (var binding in ofIPv4.Count > 0 ? ofIPv4 : bindings ?? [])
                if (int.TryParse(binding.HostPort, CultureInfo.InvariantCulture, out var outer))
                    all.Add(new PublishedPort(name[(slash + 1)..], inner, outer));
        }

        return [.. all.Distinct().OrderBy(port => port.InnerPort).ThenBy(port => port.OuterPort)];
    }

    private static DateTimeOffset? Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && time.Year > 1
            ? time
            : null;
}
