using AutoDeploy.Deployments;
using AutoDeploy.Sources;

namespace AutoDeploy.Statuses;

/// <summary>What a git host is told of one of its commits.</summary>
public sealed record CommitStatus
{
    public required RepositoryName Repository { get; init; }

    /// <summary>Full, lower-case.</summary>
    public required string Commit { get; init; }

    /// <summary>Which of a commit's statuses it is: <c>autodeploy/SERVICE</c>.</summary>
    public required string Name { get; init; }

    public required DeploymentState State { get; init; }

    /// <summary>A sentence without line ends, of any length.</summary>
    public required string Description { get; init; }

    /// <summary>Where more is said; null: nowhere that is known.</summary>
    public Uri? Link { get; init; }

    public override string ToString() => $"{Name} of {GitRefs.Shorten(Commit)} of {Repository.Key}";
}
