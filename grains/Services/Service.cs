using System.Collections.Immutable;
using AutoDeploy.Sources;

namespace AutoDeploy.Services;

/// <summary>A service: what is set, and what is.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.Service")]
public sealed partial record Service
{
    [Id(0)]
    public required Guid Uuid { get; init; }

    [Id(1)]
    public required string Organization { get; init; }

    /// <summary>Unique in its organization; the service's DNS name on the network and the beginning of its containers' names.</summary>
    [Id(2)]
    public required string Name { get; init; }

    [Id(3)]
    public required ServiceSettings Settings { get; init; }

    /// <summary>Counts the changes of the settings: a change names the revision that it is based on.</summary>
    [Id(4)]
    public long Revision { get; init; }

    /// <summary>Counts the changes of how containers are made.</summary>
    [Id(5)]
    public long ContainerRevision { get; init; }

    /// <summary>The container revision that the running containers were made from.</summary>
    [Id(6)]
    public long DeployedRevision { get; init; }

    [Id(7)]
    public ServiceStatus Status { get; init; }

    /// <summary>A person asked for it to run; a push never sets this.</summary>
    [Id(8)]
    public bool WantsToRun { get; init; }

    /// <summary>Somebody stopped or removed all its containers behind our back.</summary>
    [Id(9)]
    public bool StoppedByHand { get; init; }

    /// <summary>What runs (or ran last); null before the first deployment.</summary>
    [Id(10)]
    public ServiceVersion? Current { get; init; }

    /// <summary>The newest that was pushed while the service did not take it (autoredeploy off, or stopped).</summary>
    [Id(11)]
    public ServiceVersion? Available { get; init; }

    /// <summary>Proven versions before the current one, newest first, as many as are kept for a way back.</summary>
    [Id(12)]
    public ImmutableArray<ServiceVersion> Previous { get; init; } = [];

    /// <summary>Digests (of a git source: commits) whose deployment failed since the last that succeeded, newest first.</summary>
    [Id(13)]
    public ImmutableArray<string> Failed { get; init; } = [];

    /// <summary>Its containers as last seen, slot by slot.</summary>
    [Id(14)]
    public ImmutableArray<ContainerView> Containers { get; init; } = [];

    /// <summary>Which set of volumes its containers have, see <see cref="Volumes.VolumeGenerations"/>.</summary>
    [Id(15)]
    public int VolumeGeneration { get; init; }

    [Id(16)]
    public required DateTimeOffset Created { get; init; }

    [Id(17)]
    public DateTimeOffset? Deployed { get; init; }

    [Id(18)]
    public DateTimeOffset? Started { get; init; }

    [Id(19)]
    public DateTimeOffset? Stopped { get; init; }

    [Id(20)]
    public DateTimeOffset? Destroyed { get; init; }

    /// <summary>The tag to which a push has moved the service, where its tag policy allows that; null: the tag as set.</summary>
    [Id(21)]
    public string? MovedTag { get; init; }

    /// <summary>
    /// The newest version that a person went back from, until something newer runs: it, and what is not newer, is not taken from a push.
    /// </summary>
    [Id(22)]
    public ServiceVersion? RolledBackFrom { get; init; }

    /// <summary>When the image as set was changed last; null: it is the one that the service was created with.</summary>
    [Id(23)]
    public DateTimeOffset? ImageChanged { get; init; }

    /// <summary>The newest push that is held: it would be deployed, but not now; null: there is none.</summary>
    [Id(30)]
    public HeldPush? Held { get; init; }

    /// <summary>All its volumes are on record; false: it is from before there was one.</summary>
    [Id(43)]
    public bool VolumesRecorded { get; init; }

    /// <summary>The image as set; with a git source the name, without a tag, that the images built for the service get.</summary>
    public ImageName Image =>
        Settings.Git is null ? ImageName.Parse(Settings.Image!) : new ImageName { Host = ImageName.DockerHub, Path = "autodeploy/" + Name };

    /// <summary>The image as set, at the tag to which a push has moved it; with a git source the one that was built last.</summary>
    public ImageName RunningImage =>
        Settings.Git is not null ? Current?.Image ?? Image
        : MovedTag is null ? Image
        : Image with { Tag = MovedTag };

    /// <summary>The keys under which it hears of pushes; the first is its source's own.</summary>
    public IReadOnlyList<string> Sources => Settings.Git is { } git ? git.Repository.Sources : [Image.Repository, Image.PathSource];

    /// <summary>A person wants it to run, or is about to have it run.</summary>
    public bool MayRun => Status is ServiceStatus.Starting or ServiceStatus.Redeploying || (WantsToRun && Status != ServiceStatus.Stopping);

    /// <summary>
    /// The tag to which a deployment has moved the service; null: none. Who changed the image after the deployment was asked for wants that
    /// one,
    /// and has it with the next deployment; other settings say nothing of the tag.
    /// </summary>
    /// <param name="asked">When the deployment was asked for.</param>
    public string? FindTagMovedBy(ServiceVersion version, DateTimeOffset asked) =>
        Settings.Git is not null || ImageChanged > asked || version.Image.Repository != Image.Repository || version.Image.Tag == Image.Tag
            ? null
            : version.Image.Tag;

    /// <summary>False: how containers are made has been changed since the running ones were made.</summary>
    public bool Synchronized => ContainerRevision == DeployedRevision || Current is null;
}
