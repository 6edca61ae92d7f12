using AutoDeploy.Ports;

namespace AutoDeploy.Services;

/// <summary>
/// How a pushed commit stands to what a service runs and is about to run; found out only when the judgement depends on it.
/// </summary>
/// <param name="Running">What differs from the commit that runs now; null files where that is unknown.</param>
/// <param name="Deploying">The commit that the newest open deployment goes for, or null.</param>
/// <param name="Relation">Of the pushed commit to <paramref name="Deploying"/>.</param>
/// <param name="RolledBack">Of the pushed commit to the one that was rolled back.</param>
/// <param name="Held">Of the pushed commit to the one that is held.</param>
public sealed record CommitRelations(
    GitDifference Running,
    string? Deploying = null,
    GitRelation Relation = GitRelation.Unknown,
    GitRelation RolledBack = GitRelation.Unknown,
    GitRelation Held = GitRelation.Unknown
);
