using AutoDeploy.Sources;

namespace AutoDeploy.Ports;

/// <summary>What a look at a source's tags has found that differs from what was seen before.</summary>
/// <param name="Listed">Whether all tags that there are have been seen now; null: as before.</param>
/// <param name="Seen">Tags that are no news, with what they mean; null where only the name was seen.</param>
/// <param name="Gone">Tags that are to be forgotten.</param>
/// <param name="Pushes">What is news.</param>
public sealed record TagPollResult(
    string Organization,
    string Source,
    bool? Listed,
    IReadOnlyDictionary<string, string?> Seen,
    IReadOnlyList<string> Gone,
    IReadOnlyList<Push> Pushes
);
