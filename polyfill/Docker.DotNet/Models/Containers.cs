using System.Text.Json.Serialization;

namespace Docker.DotNet.Models;

/// <summary>Go's empty struct: written as <c>{}</c>.</summary>
public struct EmptyStruct;

public enum RestartPolicyKind
{
    Undefined,
    No,
    Always,
    OnFailure,
    UnlessStopped,
}

public class CreateContainerParameters
{
    [JsonIgnore]
    public string? Name { get; set; }

    public string Hostname { get; set; } = "";

    public string Domainname { get; set; } = "";

    public string User { get; set; } = "";

    public IDictionary<string, EmptyStruct>? ExposedPorts { get; set; }

    public bool Tty { get; set; }

    public bool OpenStdin { get; set; }

    public IList<string> Env { get; set; } = default!;

    public IList<string> Cmd { get; set; } = default!;

    public string Image { get; set; } = "";

    public string WorkingDir { get; set; } = "";

    public IList<string> Entrypoint { get; set; } = default!;

    public IDictionary<string, string> Labels { get; set; } = default!;

    [JsonConverter(typeof(Json.Seconds))]
    public TimeSpan? StopTimeout { get; set; }

    public HostConfig? HostConfig { get; set; }

    public NetworkingConfig? NetworkingConfig { get; set; }
}

public class CreateContainerResponse
{
    [JsonPropertyName("Id")]
    public string ID { get; set; } = "";
}

public class HostConfig
{
    public IList<string> Binds { get; set; } = default!;

    public string NetworkMode { get; set; } = "";

    public IDictionary<string, IList<PortBinding>> PortBindings { get; set; } = default!;

    public RestartPolicy RestartPolicy { get; set; } = default!;

    public IList<string> VolumesFrom { get; set; } = default!;

    public IList<string> CapAdd { get; set; } = default!;

    public IList<string> CapDrop { get; set; } = default!;

    [JsonPropertyName("Dns")]
    public IList<string> DNS { get; set; } = default!;

    [JsonPropertyName("DnsSearch")]
    public IList<string> DNSSearch { get; set; } = default!;

    public IList<string> ExtraHosts { get; set; } = default!;

    public string PidMode { get; set; } = "";

    public bool Privileged { get; set; }

    public bool ReadonlyRootfs { get; set; }

    public IList<string> SecurityOpt { get; set; } = default!;

    [JsonPropertyName("CpuShares")]
    public long CPUShares { get; set; }

    public long Memory { get; set; }

    public string CpusetCpus { get; set; } = "";

    public IList<DeviceMapping> Devices { get; set; } = default!;

    public long MemorySwap { get; set; }
}

public class PortBinding
{
    [JsonPropertyName("HostIp")]
    public string HostIP { get; set; } = "";

    public string HostPort { get; set; } = "";
}

public class RestartPolicy
{
    public RestartPolicyKind Name { get; set; }

    public long MaximumRetryCount { get; set; }
}

public class DeviceMapping
{
    public string PathOnHost { get; set; } = "";

    public string PathInContainer { get; set; } = "";

    public string CgroupPermissions { get; set; } = "";
}

public class ContainersListParameters
{
    public bool? All { get; set; }

    public IDictionary<string, IDictionary<string, bool>>? Filters { get; set; }
}

public class ContainerListResponse
{
    [JsonPropertyName("Id")]
    public string ID { get; set; } = "";

    public IDictionary<string, string> Labels { get; set; } = default!;
}

public class ContainerInspectResponse
{
    [JsonPropertyName("Id")]
    public string ID { get; set; } = "";

    public State? State { get; set; }

    public string Name { get; set; } = "";

    public long RestartCount { get; set; }

    public HostConfig? HostConfig { get; set; }

    public ContainerConfig? Config { get; set; }

    public NetworkSettings? NetworkSettings { get; set; }
}

public class ContainerConfig
{
    public bool Tty { get; set; }

    public string Image { get; set; } = "";

    public IDictionary<string, string> Labels { get; set; } = default!;
}

public class State
{
    public string Status { get; set; } = "";

    public bool Running { get; set; }

    public bool OOMKilled { get; set; }

    public long ExitCode { get; set; }

    public string Error { get; set; } = "";

    public string StartedAt { get; set; } = "";

    public string FinishedAt { get; set; } = "";

    public Health? Health { get; set; }
}

public class Health
{
    public string Status { get; set; } = "";

    public IList<HealthcheckResult> Log { get; set; } = default!;
}

public class HealthcheckResult
{
    public long ExitCode { get; set; }

    public string Output { get; set; } = "";
}

public class NetworkSettings
{
    public IDictionary<string, IList<PortBinding>> Ports { get; set; } = default!;

    public IDictionary<string, EndpointSettings> Networks { get; set; } = default!;
}

public class ContainerStartParameters;

public class ContainerStopParameters
{
    /// <summary>Zero is not sent: the daemon then takes the container's own time.</summary>
    public uint? WaitBeforeKillSeconds { get; set; }
}

public class ContainerKillParameters
{
    public string? Signal { get; set; }
}

public class ContainerRenameParameters
{
    public string? NewName { get; set; }
}

public class ContainerRemoveParameters
{
    public bool? RemoveVolumes { get; set; }

    public bool? Force { get; set; }
}

public class ContainerLogsParameters
{
    public bool? ShowStdout { get; set; }

    public bool? ShowStderr { get; set; }

    public string? Tail { get; set; }
}
