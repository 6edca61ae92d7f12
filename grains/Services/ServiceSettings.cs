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
    [Id(0)]
    public string? Image { get; init; }

    /// <summary>Redeploy by itself on pushes.</summary>
    [Id(1)]
    public bool Autoredeploy { get; init; }

    /// <summary>Which tags of the image it follows; null is the default, see <see cref="Services.TagPolicy"/>.</summary>
    [Id(2)]
    public string? TagPolicy { get; init; }

    /// <summary>How many containers there shall be, at least 1.</summary>
    [Id(3)]
    public int TargetContainers { get; init; } = 1;

    /// <summary>What makes a container.</summary>
    [Id(4)]
    public ContainerSettings Container { get; init; } = new();

    /// <summary>Null: the image's HEALTHCHECK, or without one <see cref="StableSeconds"/>.</summary>
    [Id(5)]
    public HealthCheck? HealthCheck { get; init; }

    /// <summary>Seconds from SIGTERM to SIGKILL, 0 to 3,600.</summary>
    [Id(6)]
    public int StopTimeout { get; init; } = 10;

    /// <summary>Seconds that a container without any health check has to run to be proven, 0 to 3,600.</summary>
    [Id(7)]
    public int StableSeconds { get; init; } = 5;

    /// <summary>Words for people, as Docker Cloud's tags.</summary>
    [Id(8)]
    public ImmutableArray<string> Tags { get; init; } = [];

    [Id(9)]
    public string Nickname { get; init; } = "";

    /// <summary>Start, stop and scale one container after the other; deployments always do.</summary>
    [Id(10)]
    public bool Sequential { get; init; }

    /// <summary>
    /// <c>EMPTIEST_NODE</c>, <c>HIGH_AVAILABILITY</c> or <c>EVERY_NODE</c>: kept for the API; a service is on one engine.
    /// </summary>
    [Id(11)]
    public string Strategy { get; init; } = "EMPTIEST_NODE";

    /// <summary>Other services whose DNS names this one's containers know by a name of their own.</summary>
    [Id(12)]
    public ImmutableArray<ServiceLink> Links { get; init; } = [];

    /// <summary>The repository that its images are built from; null with <see cref="Image"/>.</summary>
    [Id(13)]
    public GitSource? Git { get; init; }

    /// <summary>Which changed files make a push to the repository count.</summary>
    [Id(14)]
    public ImmutableArray<Restriction> Restrictions { get; init; } = [];

    /// <summary>Seconds after which the registry is asked again for something new, at least 30; 0: never.</summary>
    [Id(15)]
    public int PollSeconds { get; init; }

    /// <summary>How long the steps of a deployment may take.</summary>
    [Id(16)]
    public StepTimeouts Limits { get; init; } = new();

    /// <summary>
    /// Seconds for which a new version has to keep well after it has taken over, or the one before comes back; 0 to 3,600.
    /// </summary>
    [Id(17)]
    public int BakeSeconds { get; init; }

    /// <summary>
    /// A command line that is run in a container of the new image before it takes over; if it fails, so does the deployment. Empty: none.
    /// </summary>
    [Id(18)]
    public string PreDeploy { get; init; } = "";

    /// <summary>A command line that is run in a container of the new image when it has taken over. Empty: none.</summary>
    [Id(19)]
    public string PostDeploy { get; init; } = "";

    /// <summary>Services of one name here that got the same push succeed or go back together; empty: it stands alone.</summary>
    [Id(20)]
    public string DeployGroup { get; init; } = "";

    /// <summary>When pushes are deployed; none: at any time.</summary>
    [Id(30)]
    public ImmutableArray<DeployWindow> Windows { get; init; } = [];

    /// <summary>Why nothing new is deployed; null: it is.</summary>
    [Id(31)]
    public string? Frozen { get; init; }

    /// <summary>Pushes are deployed only when a person has approved them.</summary>
    [Id(32)]
    public bool ApprovalRequired { get; init; }

    /// <summary>The name of the engine that runs its containers; never changed.</summary>
    [Id(33)]
    public string Engine { get; init; } = EngineNames.Local;

    /// <summary>Whether old and new containers run side by side while a version is replaced.</summary>
    [Id(40)]
    public Overlap Overlap { get; init; }

    /// <summary>Who has to have signed the images that are deployed; null: nobody. Only with <see cref="Image"/>.</summary>
    [Id(41)]
    public SignatureRule? Verify { get; init; }

    /// <summary>Whether containers made from the other settings would be made differently.</summary>
    public bool DiffersInContainers(ServiceSettings other) => FormatContainerSettings() != other.FormatContainerSettings();

    // records compare immutable arrays by reference; their text compares what is in them
    private string FormatContainerSettings() =>
        JsonSerializer.Serialize(
            new
            {
                Image,
                Git,
                Container,
                StopTimeout,
                Links,

                // a port is asked from outside; anything else is the container's own
                HealthCheck = HealthCheck is { IsProbe: false } ? HealthCheck : null,
            }
        );
}
