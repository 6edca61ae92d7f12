namespace AutoDeploy.Deployments;

/// <summary>One line of a deployment's log.</summary>
/// <param name="Number">Counts up within a deployment, without meaning beyond its order.</param>
public sealed record LogLine(long Number, DateTimeOffset Time, string Text);
