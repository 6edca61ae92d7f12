using System.Diagnostics.CodeAnalysis;

namespace AutoDeploy.Services;

/// <summary>A range of versions in npm's notation, with node-semver's meaning.</summary>
/// <param name="alternatives">One has to hold; each is a list of bounds that hold together, an empty list every version.</param>
public sealed class VersionRange(IReadOnlyList<IReadOnlyList<VersionComparator>> alternatives) : ITagRule
{
    public static bool TryParse(string text, [NotNullWhen(true)] out VersionRange? range, [NotNullWhen(false)] out PatternError? error)
    {
        var reader = new VersionRangeReader(text);
        range = reader.Read() is { } read ? new VersionRange(read) : null;
        error = range is null ? reader.Error! : null;
        return range is not null;
    }

    public bool Contains(SemanticVersion version)
    {
        foreach (var bounds in alternatives)
            if (Holds(bounds, version))
                return true;
        return false;
    }

    public string? Objection(string tag, string policy) =>
        SemanticVersion.Parse(tag) is not { } version ? $"and it is not a version such as \"1.2.3\", which the tag policy {policy} asks for."
        : Contains(version) ? null
        : version.IsPrerelease ? $"a prerelease that the tag policy {policy} does not cover."
        : $"which the tag policy {policy} does not cover.";

    // who names a prerelease takes the risk for that release, not for those of all others
    private static bool Holds(IReadOnlyList<VersionComparator> bounds, SemanticVersion version)
    {
        var named = !version.IsPrerelease;
        foreach (var bound in bounds)
        {
            if (!bound.Holds(version))
                return false;
            named |= bound.Version.IsPrerelease && bound.Version.IsOfSameRelease(version);
        }

        return named;
    }
}
