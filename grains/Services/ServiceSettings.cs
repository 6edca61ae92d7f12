using System.Collections.Immutable;
using System.Text.Json;
using AutoDeploy.Engines;
using AutoDeploy.Sources;

namespace AutoDeploy.Services;

/// <summary>All that a person sets of a service.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.ServiceSettings")]
public sealed record ServiceSettings
{
    /// <summary>The image as set, canonical with its tag: <c>docker.io/acme/api:1.2</c>; null with <see cref="Git"/>.</summary>
    [Id(0)] public string? Image { get; init; }

    /// <summary>Redeploy by itself on pushes.</summary>
    [Id(1)] public bool Autoredeploy { get; init; }

    /// <summary>Which tags of the image it follows; null is the default, see <see cref="Services.TagPolicy"/>.</summary>
    [Id(2)] public string? TagPolicy { get; init; }

    /// <summary>How many containers there shall be, at least 1.</summary>
    [Id(3)] public int TargetContainers { get; init; } = 1;

    /// <summary>What makes a container.</summary>
    [Id(4)] public ContainerSettings Container { get; init; } = new();

    /// <summary>Null: the image's HEALTHCHECK, or without one <see cref="StableSeconds"/>.</summary>
    [Id(5)] public HealthCheck? HealthCheck { get; init; }

    /// <summary>Seconds from SIGTERM to SIGKILL, 0 to 3,600.</summary>
    [Id(6)] public int StopTimeout { get; init; } = 10;

    /// <summary>Seconds that a container without any health check has to run to be proven, 0 to 3,600.</summary>
    [Id(7)] public int StableSeconds { get; init; } = 5;

    /// <summary>Words for people, as Docker Cloud's tags.</summary>
    [Id(8)] public ImmutableArray<string> Tags { get; init; } = [];

    [Id(9)] public string Nickname { get; init; } = "";

    /// <summary>Start, stop and scale one container after the other; deployments always do.</summary>
    [Id(10)] public bool Sequential { get; init; }

    /// <summary><c>EMPTIEST_NODE</c>, <c>HIGH_AVAILABILITY</c> or <c>EVERY_NODE</c>: kept for the API; a service is on one engine.</summary>
    [Id(11)] public string Strategy { get; init; } = "EMPTIEST_NODE";

    /// <summary>Other services whose DNS names this one's containers know by a name of their own.</summary>
    [Id(12)] public ImmutableArray<ServiceLink> Links { get; init; } = [];

    /// <summary>The repository that its images are built from; null with <see cref="Image"/>.</summary>
    [Id(13)] public GitSource? Git { get; init; }

    /// <summary>Which changed files make a push to the repository count.</summary>
    [Id(14)] public ImmutableArray<Restriction> Restrictions { get; init; } = [];

    /// <summary>Seconds after which the registry is asked again for something new, at least 30; 0: never.</summary>
    [Id(15)] public int PollSeconds { get; init; }

    /// <summary>How long the steps of a deployment may take.</summary>
    [Id(16)] public TimeLimits Limits { get; init; } = new();

    /// <summary>Seconds for which a new version has to keep well after it has taken over, or the one before comes back; 0 to 3,600.</summary>
    [Id(17)] public int BakeSeconds { get; init; }

    /// <summary>A command line that is run in a container of the new image before it takes over; if it fails, so does the deployment. Empty: none.</summary>
    [Id(18)] public string PreDeploy { get; init; } = "";

    /// <summary>A command line that is run in a container of the new image when it has taken over. Empty: none.</summary>
    [Id(19)] public string PostDeploy { get; init; } = "";

    /// <summary>Services of one name here that got the same push succeed or go back together; empty: it stands alone.</summary>
    [Id(20)] public string DeployGroup { get; init; } = "";

    /// <summary>When pushes are deployed; none: at any time.</summary>
    [Id(30)] public ImmutableArray<DeployWindow> Windows { get; init; } = [];

    /// <summary>Why nothing new is deployed; null: it is.</summary>
    [Id(31)] public string? Frozen { get; init; }

    /// <summary>Pushes are deployed only when a person has approved them.</summary>
    [Id(32)] public bool ApprovalRequired { get; init; }

    /// <summary>The name of the engine that runs its containers; never changed.</summary>
    [Id(33)] public string Engine { get; init; } = EngineNames.Local;

    /// <summary>Whether old and new containers run side by side while a version is replaced.</summary>
    [Id(40)] public Overlap Overlap { get; init; }

    /// <summary>Whether containers made from the other settings would be made differently.</summary>
    public bool DiffersInContainers(ServiceSettings other) => Making() != other.Making();

    // records compare immutable arrays by reference; their text compares what is in them
    private string Making() => JsonSerializer.Serialize(new { Image, Git, Container, StopTimeout, Links });
}

/// <summary>How long the steps of a deployment may take, in seconds; one that takes longer has failed.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.TimeLimits")]
public sealed record TimeLimits
{
    /// <summary>Pulling the image.</summary>
    [Id(0)] public int Pull { get; init; } = 600;

    /// <summary>Building the image, with fetching its sources.</summary>
    [Id(1)] public int Build { get; init; } = 1800;

    /// <summary>Until a new container is proven, each, without its start period.</summary>
    [Id(2)] public int Prove { get; init; } = 300;

    /// <summary>The whole, from when it begins until all new containers serve.</summary>
    [Id(3)] public int Whole { get; init; } = 7200;

    /// <summary>A command before or after, each.</summary>
    [Id(4)] public int Command { get; init; } = 600;
}

/// <param name="Service">The service linked to.</param>
/// <param name="Name">Its name in this service's containers.</param>
[GenerateSerializer, Immutable, Alias("AutoDeploy.ServiceLink")]
public sealed record ServiceLink([property: Id(0)] Guid Service, [property: Id(1)] string Name);

/// <summary>What a container is made of besides its image.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.ContainerSettings")]
public sealed record ContainerSettings
{
    [Id(0)] public ImmutableArray<ContainerPort> Ports { get; init; } = [];

    [Id(1)] public ImmutableArray<EnvironmentVariable> Environment { get; init; } = [];

    [Id(2)] public ImmutableArray<Binding> Bindings { get; init; } = [];

    /// <summary>A command line with shell-like quoting; empty: the image's.</summary>
    [Id(3)] public string RunCommand { get; init; } = "";

    /// <summary>A command line with shell-like quoting; empty: the image's.</summary>
    [Id(4)] public string Entrypoint { get; init; } = "";

    [Id(5)] public string WorkingDirectory { get; init; } = "";

    [Id(6)] public string User { get; init; } = "";

    [Id(7)] public string Hostname { get; init; } = "";

    [Id(8)] public string DomainName { get; init; } = "";

    [Id(9)] public Autorestart Autorestart { get; init; }

    /// <summary>Megabytes (2^20 bytes), at least 6; null: no limit.</summary>
    [Id(10)] public int? Memory { get; init; }

    /// <summary>Memory and swap together in megabytes, -1 no limit; null: Docker's default.</summary>
    [Id(11)] public int? MemorySwap { get; init; }

    /// <summary>Relative weight, 2 to 262,144; null: Docker's default.</summary>
    [Id(12)] public int? CpuShares { get; init; }

    /// <summary>For example <c>0-2,4</c>.</summary>
    [Id(13)] public string CpuSet { get; init; } = "";

    [Id(14)] public bool Privileged { get; init; }

    [Id(15)] public bool ReadOnly { get; init; }

    [Id(16)] public bool Tty { get; init; }

    [Id(17)] public bool OpenStdin { get; init; }

    [Id(18)] public ImmutableArray<string> CapAdd { get; init; } = [];

    [Id(19)] public ImmutableArray<string> CapDrop { get; init; } = [];

    [Id(20)] public ImmutableArray<string> Dns { get; init; } = [];

    [Id(21)] public ImmutableArray<string> DnsSearch { get; init; } = [];

    [Id(22)] public ImmutableArray<string> ExtraHosts { get; init; } = [];

    [Id(23)] public ImmutableArray<string> SecurityOptions { get; init; } = [];

    [Id(24)] public ImmutableArray<string> Devices { get; init; } = [];

    [Id(25)] public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The host's network instead of the network <c>autodeploy</c>.</summary>
    [Id(26)] public bool HostNetwork { get; init; }

    [Id(27)] public bool HostPid { get; init; }
}

/// <param name="Protocol"><c>tcp</c> or <c>udp</c></param>
/// <param name="InnerPort">In the container.</param>
/// <param name="OuterPort">On the host; null with <paramref name="Published"/>: one that Docker chooses.</param>
/// <param name="Published">Reachable on the host.</param>
[GenerateSerializer, Immutable, Alias("AutoDeploy.ContainerPort")]
public sealed record ContainerPort(
    [property: Id(0)] string Protocol, [property: Id(1)] int InnerPort, [property: Id(2)] int? OuterPort, [property: Id(3)] bool Published);

[GenerateSerializer, Immutable, Alias("AutoDeploy.EnvironmentVariable")]
public sealed record EnvironmentVariable([property: Id(0)] string Key, [property: Id(1)] string Value);

/// <summary>A host path, a volume with a name or (without either) a volume of the service's in the container, or all volumes of another service's containers.</summary>
/// <param name="HostPath">Absolute; null: a volume.</param>
/// <param name="ContainerPath">Absolute; empty only with <paramref name="VolumesFrom"/>.</param>
/// <param name="Rewritable">False: read-only.</param>
/// <param name="VolumesFrom">The other service.</param>
/// <param name="Volume">The name of a volume on record, all containers have the same one; null: each slot has one of its own.</param>
[GenerateSerializer, Immutable, Alias("AutoDeploy.Binding")]
public sealed record Binding(
    [property: Id(0)] string? HostPath,
    [property: Id(1)] string ContainerPath,
    [property: Id(2)] bool Rewritable,
    [property: Id(3)] Guid? VolumesFrom,
    [property: Id(4)] string? Volume = null);

[GenerateSerializer, Alias("AutoDeploy.Overlap")]
public enum Overlap
{
    /// <summary>They do, unless they would share something that both can write.</summary>
    Auto,

    /// <summary>They do, whatever they share.</summary>
    True,

    /// <summary>They do not: the old ones stop first.</summary>
    False,
}

[GenerateSerializer, Alias("AutoDeploy.Autorestart")]
public enum Autorestart
{
    Off,
    OnFailure,
    Always,
}

/// <summary>How a new container is proven, instead of the image's HEALTHCHECK.</summary>
/// <param name="Port">In the container, 1 to 65,535.</param>
/// <param name="Path">An HTTP path beginning with <c>/</c>: answers of 200 to 399 are well. Null: a TCP connection that opens is well.</param>
/// <param name="Interval">Seconds between two failures that count, default 5.</param>
/// <param name="Timeout">Seconds for one try, default 3.</param>
/// <param name="Retries">So many failures in a row that count are unhealthy, default 3.</param>
/// <param name="StartPeriod">Seconds from the start in which failures do not count, default 0.</param>
[GenerateSerializer, Immutable, Alias("AutoDeploy.HealthCheck")]
public sealed record HealthCheck(
    [property: Id(0)] int Port,
    [property: Id(1)] string? Path,
    [property: Id(2)] double Interval,
    [property: Id(3)] double Timeout,
    [property: Id(4)] int Retries,
    [property: Id(5)] double StartPeriod);
