using AutoDeploy.Services;

namespace AutoDeploy.Api.Qovery;

/// <summary>A path rule of a service with a git source.</summary>
/// <param name="Mode">MATCH or EXCLUDE.</param>
/// <param name="Type">Always PATH.</param>
/// <param name="Value">It covers every path from the repository's root that begins with it.</param>
public sealed record RestrictionResponse(Guid Id, string CreatedAt, string? UpdatedAt, string Mode, string Type, string Value)
{
    /// <summary>In the answer to who has just set it, when it covers no file of the branch; else null.</summary>
    public string? Warning { get; init; }

    public static RestrictionResponse From(Restriction restriction) =>
        new(
            restriction.Uuid,
            QoveryTimes.Text(restriction.Created),
            restriction.Updated is { } updated ? QoveryTimes.Text(updated) : null,
            restriction.Mode == RestrictionMode.Match ? "MATCH" : "EXCLUDE",
            "PATH",
            restriction.Value
        );
}
