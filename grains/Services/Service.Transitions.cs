using System.Collections.Immutable;
using AutoDeploy.Deployments;
using AutoDeploy.Sources;
using AutoDeploy.Volumes;

namespace AutoDeploy.Services;

/// <summary>How it changes: each method answers the service as it is afterwards.</summary>
public sealed partial record Service
{
    private const int MaxFailedVersions = 20;

    /// <summary>As it is with other settings. What they make meaningless goes.</summary>
    public Service Configure(ServiceSettings settings, DateTimeOffset now)
    {
        var changed = this with { Settings = settings, Revision = Revision + 1 };
        if (settings.DiffersInContainers(Settings))
            changed = changed with { ContainerRevision = ContainerRevision + 1 };
        if (settings.Image != Settings.Image)
            changed = changed with { MovedTag = null, ImageChanged = now };
        if (settings.Git?.Branch != Settings.Git?.Branch)
            changed = changed with { Available = null };
        return changed.Sources[0] == Sources[0] ? changed : changed with { Available = null, Failed = [] };
    }

    /// <summary>As it is when so many containers more are wanted.</summary>
    public Service AddContainers(int count) =>
        this with
        {
            Settings = Settings with { TargetContainers = Settings.TargetContainers + count },
            Revision = Revision + 1,
        };

    /// <summary>As a deployment's end leaves it; the same again when told twice.</summary>
    public Service Complete(DeploymentOutcome outcome, DateTimeOffset now)
    {
        var deployment = outcome.Deployment;
        var service = this;
        var success = deployment.State == DeploymentState.Success;
        service = service with { Containers = outcome.Containers, VolumesRecorded = service.VolumesRecorded || outcome.VolumesRecorded };

        if (outcome.Failed is { } failed && !service.Failed.Contains(failed))
            service = service with { Failed = [failed, .. service.Failed.Take(MaxFailedVersions - 1)] };

        if (outcome.Version is { } version)
        {
            // what was gone back to is as old as it was
            var deployed = version.Time;
            if (deployment.RollbackTime is { } first)
                version = version with { Time = first };
            service = service with
            {
                Previous = RollbackTargets.ListAfter(service, version),
                RolledBackFrom =
                    deployment.RollbackTime is not null ? RollbackTargets.FindRolledBackFrom(service, version)
                    : deployment.Operation == Operation.Redeploy ? null
                    : service.RolledBackFrom,
                Current = version,
                Deployed = deployed,
                DeployedRevision = outcome.ContainerRevision,
                MovedTag = service.FindTagMovedBy(version, deployment.Created),
                Failed = [],
                Available =
                    service.Available is { } known
                    && !IsSameVersion(known, version)
                    && (known.Time > deployment.Created || TagPolicy.Prefers(service, known.Image.Tag, version.Image.Tag))
                        ? known
                        : null,
            };
            service = VolumeGenerations.RecordGeneration(
                service,
                service.VolumeGeneration,
                outcome.VolumeGeneration ?? service.VolumeGeneration
            );
        }

        if (success)
        {
            service = deployment.Operation switch
            {
                Operation.Start => service with { WantsToRun = true, StoppedByHand = false, Started = now },
                Operation.Redeploy => service with
                {
                    WantsToRun = true,
                    StoppedByHand = false,
                    Started = service.WantsToRun ? service.Started : now,
                },
                Operation.Stop => service with { WantsToRun = false, StoppedByHand = false, Stopped = now },
                Operation.Terminate => service with { WantsToRun = false, Destroyed = now, Containers = [] },
                _ => service,
            };
        }

        var status =
            success && deployment.Operation == Operation.Terminate
                ? ServiceStatus.Terminated
                : ContainerViewMapper.GetStatus(service, service.Containers);
        return service with { Status = status };
    }

    /// <summary>As it is when its containers are seen to be these, while no deployment goes on.</summary>
    /// <param name="containers">All there are.</param>
    /// <param name="stopRequested">A person has stopped one of those that ran.</param>
    /// <param name="now">The time.</param>
    public Service Observe(ImmutableArray<ContainerView> containers, bool stopRequested, DateTimeOffset now)
    {
        var up = containers.Any(c => c.Running);
        var wasUp = Containers.Any(c => c.Running);
        return this with
        {
            Containers = containers,
            Status = ContainerViewMapper.GetStatus(this, containers),

            // gone without a trace is somebody's doing too; an exit by itself is a crash, which a push may mend
            StoppedByHand = !up && WantsToRun && (wasUp ? stopRequested || containers.IsEmpty : StoppedByHand),
            Stopped = wasUp && !up ? now : Stopped,
        };
    }

    /// <summary>Whether what can be seen of its containers is not the same.</summary>
    public bool DiffersInContainers(Service other) =>
        !Containers.SequenceEqual(other.Containers, ContainerComparer.Instance)
        || Status != other.Status
        || StoppedByHand != other.StoppedByHand;

    /// <summary>
    /// Whether a person wants less to run. While a deployment goes on nobody looks, so that what is asked of a container that serves is a
    /// person's;
    /// told late, it can be ours: of a container that has been replaced, or started again since (both times are the engine's).
    /// </summary>
    public bool IsStoppedByHand(StopRequest stop, ImmutableArray<ContainerView> now) =>
        Containers.Any(c => c.Id == stop.ContainerId && c.Running)
        && !now.Any(c => c.Id == stop.ContainerId && c.Running && c.Started > stop.Time);

    /// <summary>As it is when a version is there for the taking: unless it runs, or a better one is known.</summary>
    public Service Remember(ServiceVersion pushed)
    {
        if (
            (pushed.Digest ?? pushed.Commit) is not null
            && Current is { } current
            && current.Image == pushed.Image
            && IsSameVersion(current, pushed)
        )
            return this;
        if (
            Available is { } known
            && ((known.Image == pushed.Image && IsSameVersion(known, pushed)) || TagPolicy.Prefers(this, known.Image.Tag, pushed.Image.Tag))
        )
            return this;
        return this with { Available = pushed };
    }

    /// <summary>Whether the push is of what it has as its source, and for its organization.</summary>
    public bool IsSubscribedTo(Push push) =>
        Status is not (ServiceStatus.Terminated or ServiceStatus.Terminating)
        && Organization == push.Organization
        && push.IsGit == Settings.Git is not null
        && (Settings.Git is { } git ? git.Ref == push.Ref && git.Repository.IsSubscribedTo(push.Source) : Sources.Contains(push.Source));

    /// <summary>What a push would be deployed as.</summary>
    public ServiceVersion CreateVersion(Push push, PushedCommit? commit)
    {
        var tag =
            !push.IsGit ? push.Tag
            : commit?.Id is { } id ? GitRefs.Shorten(id)
            : null;
        return new ServiceVersion
        {
            Image = Image with { Tag = tag, Digest = null },
            Digest = push.Digest,
            Time = push.Received,
            Commit = commit?.Id,
        };
    }

    private static bool IsSameVersion(ServiceVersion one, ServiceVersion other) =>
        one.Commit is null && other.Commit is null ? one.Digest == other.Digest : one.Commit == other.Commit;

    /// <summary>Compares what the API shows of containers.</summary>
    private sealed class ContainerComparer : IEqualityComparer<ContainerView>
    {
        public static readonly ContainerComparer Instance = new();

        public bool Equals(ContainerView? x, ContainerView? y) =>
            x is null || y is null
                ? x is null && y is null
                : x with { Ports = default } == y with { Ports = default } && x.Ports.SequenceEqual(y.Ports);

        public int GetHashCode(ContainerView container) => container.Uuid.GetHashCode();
    }
}
