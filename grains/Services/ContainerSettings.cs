using System.Collections.Immutable;

namespace AutoDeploy.Services;

/// <summary>What a container is made of besides its image.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.ContainerSettings")]
public sealed record ContainerSettings
{
    [Id(0)]
    public ImmutableArray<ContainerPort> Ports { get; init; } = [];

    [Id(1)]
    public ImmutableArray<EnvironmentVariable> Environment { get; init; } = [];

    [Id(2)]
    public ImmutableArray<VolumeBinding> Bindings { get; init; } = [];

    /// <summary>A command line with shell-like quoting; empty: the image's.</summary>
    [Id(3)]
    public string RunCommand { get; init; } = "";

    /// <summary>A command line with shell-like quoting; empty: the image's.</summary>
    [Id(4)]
    public string Entrypoint { get; init; } = "";

    [Id(5)]
    public string WorkingDirectory { get; init; } = "";

    [Id(6)]
    public string User { get; init; } = "";

    [Id(7)]
    public string Hostname { get; init; } = "";

    [Id(8)]
    public string DomainName { get; init; } = "";

    [Id(9)]
    public AutorestartPolicy Autorestart { get; init; }

    /// <summary>Megabytes (2^20 bytes), at least 6; null: no limit.</summary>
    [Id(10)]
    public int? Memory { get; init; }

    /// <summary>Memory and swap together in megabytes, -1 no limit; null: Docker's default.</summary>
    [Id(11)]
    public int? MemorySwap { get; init; }

    /// <summary>Relative weight, 2 to 262,144; null: Docker's default.</summary>
    [Id(12)]
    public int? CpuShares { get; init; }

    /// <summary>For example <c>0-2,4</c>.</summary>
    [Id(13)]
    public string CpuSet { get; init; } = "";

    [Id(14)]
    public bool Privileged { get; init; }

    [Id(15)]
    public bool ReadOnly { get; init; }

    [Id(16)]
    public bool Tty { get; init; }

    [Id(17)]
    public bool OpenStdin { get; init; }

    [Id(18)]
    public ImmutableArray<string> CapAdd { get; init; } = [];

    [Id(19)]
    public ImmutableArray<string> CapDrop { get; init; } = [];

    [Id(20)]
    public ImmutableArray<string> Dns { get; init; } = [];

    [Id(21)]
    public ImmutableArray<string> DnsSearch { get; init; } = [];

    [Id(22)]
    public ImmutableArray<string> ExtraHosts { get; init; } = [];

    [Id(23)]
    public ImmutableArray<string> SecurityOptions { get; init; } = [];

    [Id(24)]
    public ImmutableArray<string> Devices { get; init; } = [];

    [Id(25)]
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The host's network instead of the network <c>autodeploy</c>.</summary>
    [Id(26)]
    public bool HostNetwork { get; init; }

    [Id(27)]
    public bool HostPid { get; init; }

    [Id(28)]
    public ContainerOptions Options { get; init; } = new();
}
