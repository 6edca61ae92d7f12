using AutoDeploy.Services;

namespace AutoDeploy.Ports;

/// <summary>How a container is to be made, in the engine's terms.</summary>
public sealed record ContainerSpec
{
    public required string Name { get; init; }

    public required ContainerLabels Labels { get; init; }

    /// <summary>What the engine knows the image by: <c>host/path@digest</c>, or an image's id.</summary>
    public required string Image { get; init; }

    /// <summary>The user's own labels.</summary>
    public IReadOnlyDictionary<string, string> UserLabels { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>Null: the image's.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>Null: the image's.</summary>
    public IReadOnlyList<string>? Entrypoint { get; init; }

    public string WorkingDirectory { get; init; } = "";

    public string User { get; init; } = "";

    public string Hostname { get; init; } = "";

    public string DomainName { get; init; } = "";

    public IReadOnlyList<PortSpec> Ports { get; init; } = [];

    public IReadOnlyList<MountSpec> Mounts { get; init; } = [];

    /// <summary>Ids of containers whose volumes are mounted too; a <c>:ro</c> may follow.</summary>
    public IReadOnlyList<string> VolumesFrom { get; init; } = [];

    public RestartPolicy Restart { get; init; }

    /// <summary>Bytes; 0 is no limit.</summary>
    public long Memory { get; init; }

    /// <summary>Memory and swap together, bytes; 0 is the engine's default, -1 no limit.</summary>
    public long MemorySwap { get; init; }

    public int CpuShares { get; init; }

    public string CpuSet { get; init; } = "";

    public bool Privileged { get; init; }

    public bool ReadOnly { get; init; }

    public bool Tty { get; init; }

    public bool OpenStdin { get; init; }

    public IReadOnlyList<string> CapAdd { get; init; } = [];

    public IReadOnlyList<string> CapDrop { get; init; } = [];

    public IReadOnlyList<string> Dns { get; init; } = [];

    public IReadOnlyList<string> DnsSearch { get; init; } = [];

    public IReadOnlyList<string> ExtraHosts { get; init; } = [];

    public IReadOnlyList<string> SecurityOptions { get; init; } = [];

    /// <summary>Host devices, <c>/dev/x[:/dev/y[:rwm]]</c>.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>The host's network instead of ours: no aliases, no published ports.</summary>
    public bool HostNetwork { get; init; }

    public bool HostPid { get; init; }

    public ContainerOptions Options { get; init; } = new();

    /// <summary>What the engine checks instead of the image's HEALTHCHECK; null: the image's.</summary>
    public EngineHealthCheck? HealthCheck { get; init; }

    /// <summary>The image's HEALTHCHECK is switched off.</summary>
    public bool NoHealthCheck { get; init; }

    /// <summary>DNS names on our network from the start. Empty: only <see cref="IContainerEngine.Expose"/> gives it some.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Names that this container alone has for other services: local name to the DNS name on our network.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Links { get; init; } = [];

    /// <summary>Time from SIGTERM to SIGKILL when the engine itself stops the container.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
