namespace AutoDeploy.Services;

/// <summary>A path rule of a service with a git source.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.Restriction")]
public sealed record Restriction
{
    [Id(0)]
    public required Guid Uuid { get; init; }

    [Id(1)]
    public required RestrictionMode Mode { get; init; }

    /// <summary>
    /// A path from the repository's root: covers every path that begins with it. A single <c>*</c> at its end changes nothing.
    /// </summary>
    [Id(2)]
    public required string Value { get; init; }

    [Id(3)]
    public required DateTimeOffset Created { get; init; }

    [Id(4)]
    public DateTimeOffset? Updated { get; init; }
}
