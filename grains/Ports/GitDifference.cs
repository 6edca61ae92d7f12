namespace AutoDeploy.Ports;

/// <param name="Files">
/// Paths from the repository's root that are not the same in both commits (a renamed file's old and new path); null: unknown.
/// </param>
/// <param name="Relation">Of the second commit to the first.</param>
public sealed record GitDifference(IReadOnlyList<string>? Files, GitRelation Relation);
