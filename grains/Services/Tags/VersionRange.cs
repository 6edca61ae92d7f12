using System.Diagnostics.CodeAnalysis;
using Semver;

namespace AutoDeploy.Services.Tags;

/// <summary>A range of versions in npm's notation; in the tags there may be something before or after the version.</summary>
public sealed class VersionRange(SemVersionRange range, string prefix, string suffix) : ITagOrder
{
    /// <summary>The longest text that is read as a version or a range.</summary>
    private const int MaxLength = 1024;

    public static bool TryParse(string text, [NotNullWhen(true)] out VersionRange? range, [NotNullWhen(false)] out TagPatternError? error)
    {
        range = null;
        if (!PolicyOptions.TryReadRange(text, out var options, out error))
            return false;

        var at = 0;
        foreach (var alternative in options.Text.Split("||"))
        {
            error = Check(alternative, at);
            if (error is not null)
                return false;
            at += alternative.Length + "||".Length;
        }

        range = new VersionRange(
            SemVersionRange.ParseNpm(options.Text, MaxLength),
            options.Values.GetValueOrDefault("prefix", ""),
            options.Values.GetValueOrDefault("suffix", "")
        );
        return true;
    }

    /// <summary>Three numbers, with a <c>v</c> before them or not; null for anything else, such as <c>1.2</c>.</summary>
    public static SemVersion? Version(string? tag) =>
        SemVersion.TryParse(tag, SemVersionStyles.AllowLowerV, out var version, MaxLength) ? version : null;

    public string LowerThan => "a lower version than";

    public string NeverDown => "a semver tag policy never goes down.";

    public string? FindObjection(string tag, string policy) =>
        !IsFramed(tag) ? $"and it does not {Frame}, as the tag policy {policy} asks for."
        : Framed(tag) is not { } version
            ? $"and it is not a version such as \"{prefix}1.2.3{suffix}\", which the tag policy {policy} asks for."
        : range.Contains(version) ? null
        : version.IsPrerelease ? $"a prerelease that the tag policy {policy} does not cover."
        : $"which the tag policy {policy} does not cover.";

    public int? Compare(string? tag, string? other) =>
        Any(tag) is { } version && Any(other) is { } than ? version.ComparePrecedenceTo(than) : null;

    private string Frame =>
        (prefix, suffix) switch
        {
            (_, "") => $"begin with \"{prefix}\"",
            ("", _) => $"end with \"{suffix}\"",
            _ => $"begin with \"{prefix}\" and end with \"{suffix}\"",
        };

    /// <summary>The version in a tag. What runs may have another form than the policy asks for, and is not to be undercut either.</summary>
    private SemVersion? Any(string? tag) => tag is null ? null : Framed(tag) ?? Version(tag);

    private SemVersion? Framed(string tag)
    {
        if (!IsFramed(tag))
            return null;
        var version = tag[prefix.Length..^suffix.Length];
        return prefix.EndsWith('v') && version.StartsWith('v') ? null : Version(version);
    }

    private bool IsFramed(string tag) =>
        tag.Length >= prefix.Length + suffix.Length
        && tag.StartsWith(prefix, StringComparison.Ordinal)
        && tag.EndsWith(suffix, StringComparison.Ordinal);

    /// <summary>One at a time, so that what is wrong is said with its place.</summary>
    private static TagPatternError? Check(string alternative, int at)
    {
        at += alternative.Length - alternative.TrimStart(' ').Length;
        // to npm this is every version; whoever forgot something does not mean that
        if (string.IsNullOrWhiteSpace(alternative))
            return new TagPatternError(at, "a range is missing; write \"*\" for every version");
        if (alternative.Contains(','))
            return new TagPatternError(at, "bounds are separated by a blank, not by a comma");
        try
        {
            SemVersionRange.ParseNpm(alternative, MaxLength);
            return null;
        }
        catch (FormatException wrong)
        {
            var reason = wrong.Message.TrimEnd('.').Replace('\'', '"');
            return new TagPatternError(at, char.ToLowerInvariant(reason[0]) + (reason.Length > 120 ? reason[1..120] + "…" : reason[1..]));
        }
    }
}
