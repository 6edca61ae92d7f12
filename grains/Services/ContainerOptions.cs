using System.Collections.Immutable;

namespace AutoDeploy.Services;

/// <summary>What Docker's create call knows besides the older members of <see cref="ContainerSettings"/>, in its own units.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.ContainerOptions")]
public sealed record ContainerOptions
{
    /// <summary>Processors' worth of time, such as 1.5; null: no limit.</summary>
    [Id(0)]
    public double? Cpus { get; init; }

    /// <summary>Microseconds.</summary>
    [Id(1)]
    public int? CpuPeriod { get; init; }

    /// <summary>Microseconds in each period; null or -1: no limit.</summary>
    [Id(2)]
    public int? CpuQuota { get; init; }

    [Id(3)]
    public string CpuSetMemories { get; init; } = "";

    /// <summary>-1 is no limit, null the engine's default.</summary>
    [Id(4)]
    public int? PidsLimit { get; init; }

    /// <summary>Bytes.</summary>
    [Id(5)]
    public long? MemoryReservation { get; init; }

    /// <summary>0 to 100.</summary>
    [Id(6)]
    public int? MemorySwappiness { get; init; }

    [Id(7)]
    public BlockIoOptions? BlockIo { get; init; }

    [Id(8)]
    public bool OomKillDisable { get; init; }

    /// <summary>-1,000 to 1,000.</summary>
    [Id(9)]
    public int? OomScoreAdjustment { get; init; }

    [Id(10)]
    public ImmutableArray<UserLimit> UserLimits { get; init; } = [];

    /// <summary>A small init process of Docker's reaps the container's processes; null: as the engine is set.</summary>
    [Id(11)]
    public bool? Init { get; init; }

    /// <summary>Such as <c>SIGINT</c>; empty: the image's.</summary>
    [Id(12)]
    public string StopSignal { get; init; } = "";

    /// <summary>Bytes of /dev/shm.</summary>
    [Id(13)]
    public long? SharedMemory { get; init; }

    /// <summary>Paths in memory, each <c>/path[:options]</c>.</summary>
    [Id(14)]
    public ImmutableArray<string> TemporaryFileSystems { get; init; } = [];

    /// <summary>The paths of <see cref="TemporaryFileSystems"/>.</summary>
    public IEnumerable<string> ListTemporaryPaths() => TemporaryFileSystems.Select(text => text.Split(':', 2)[0]);

    [Id(15)]
    public ImmutableDictionary<string, string> KernelParameters { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Null: the instance's default.</summary>
    [Id(16)]
    public LogSettings? Logging { get; init; }

    /// <summary>
    /// <c>no</c>, <c>on-failure[:MAX]</c>, <c>always</c> or <c>unless-stopped</c>; empty: as <see cref="ContainerSettings.Autorestart"/>
    /// says.
    /// </summary>
    [Id(17)]
    public string Restart { get; init; } = "";

    [Id(18)]
    public ImmutableArray<string> Groups { get; init; } = [];

    /// <summary>Empty, <c>none</c>, <c>private</c>, <c>shareable</c> or <c>host</c>.</summary>
    [Id(19)]
    public string IpcMode { get; init; } = "";

    /// <summary>Empty or <c>host</c>.</summary>
    [Id(20)]
    public string UtsMode { get; init; } = "";

    /// <summary>Empty or <c>host</c>.</summary>
    [Id(21)]
    public string UserNamespaceMode { get; init; } = "";

    /// <summary>Empty, <c>private</c> or <c>host</c>.</summary>
    [Id(22)]
    public string CgroupMode { get; init; } = "";

    [Id(23)]
    public string CgroupParent { get; init; } = "";

    [Id(24)]
    public string Runtime { get; init; } = "";

    [Id(25)]
    public ImmutableArray<DeviceRequest> DeviceRequests { get; init; } = [];

    /// <summary>Such as <c>c 1:3 mr</c>.</summary>
    [Id(26)]
    public ImmutableArray<string> DeviceRules { get; init; } = [];

    [Id(27)]
    public ImmutableDictionary<string, string> Annotations { get; init; } = ImmutableDictionary<string, string>.Empty;

    [Id(28)]
    public ImmutableDictionary<string, string> StorageOptions { get; init; } = ImmutableDictionary<string, string>.Empty;

    [Id(29)]
    public ImmutableArray<string> DnsOptions { get; init; } = [];
}
