namespace AutoDeploy.Sources;

/// <summary>How pushes are taken.</summary>
public sealed record SourceOptions
{
    /// <summary>
    /// Equal pushes of an image and tag within this time are one: the first is judged at once, and of the others the last, when it is over.
    /// </summary>
    public TimeSpan DebounceDelay { get; init; } = TimeSpan.FromSeconds(2);
}
