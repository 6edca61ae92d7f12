using System.Diagnostics.CodeAnalysis;
using Semver;

namespace AutoDeploy.Services;

/// <summary>A range of versions in npm's notation.</summary>
public sealed class VersionRange(SemVersionRange range) : ITagRule
{
    /// <summary>The longest text that is read as a version or a range.</summary>
    private const int MaxLength = 1024;

    public static bool TryParse(string text, [NotNullWhen(true)] out VersionRange? range, [NotNullWhen(false)] out PatternError? error)
    {
        range = null;
        error = null;
        var at = 0;
        foreach (var alternative in text.Split("||"))
        {
            error = Check(alternative, at);
            if (error is not null)
                return false;
            at += alternative.Length + "||".Length;
        }

        range = new VersionRange(SemVersionRange.ParseNpm(text, MaxLength));
        return true;
    }

    /// <summary>Three numbers, with a <c>v</c> before them or not; null for anything else, such as <c>1.2</c>.</summary>
    public static SemVersion? Version(string? tag) => SemVersion.TryParse(tag, SemVersionStyles.AllowLowerV, out var version, MaxLength) ? version : null;

    public bool Contains(SemVersion version) => range.Contains(version);

    public string? Objection(string tag, string policy) =>
        Version(tag) is not { } version ? $"and it is not a version such as \"1.2.3\", which the tag policy {policy} asks for."
        : Contains(version) ? null
        : version.IsPrerelease ? $"a prerelease that the tag policy {policy} does not cover."
        : $"which the tag policy {policy} does not cover.";

    /// <summary>One at a time, so that what is wrong is said with its place.</summary>
    private static PatternError? Check(string alternative, int at)
    {
        at += alternative.Length - alternative.TrimStart(' ').Length;
        // to npm this is every version; whoever forgot something does not mean that
        if (string.IsNullOrWhiteSpace(alternative))
            return new PatternError(at, "a range is missing; write \"*\" for every version");
        if (alternative.Contains(','))
            return new PatternError(at, "bounds are separated by a blank, not by a comma");
        try
        {
            SemVersionRange.ParseNpm(alternative, MaxLength);
            return null;
        }
        catch (FormatException wrong)
        {
            var reason = wrong.Message.TrimEnd('.').Replace('\'', '"');
            return new PatternError(at, char.ToLowerInvariant(reason[0]) + (reason.Length > 120 ? reason[1..120] + "…" : reason[1..]));
        }
    }
}
