using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace AutoDeploy.Services;

/// <summary>A version as semver.org 2.0.0 defines it: <c>1.2.3</c>, <c>v1.2.3-rc.1</c>. Build metadata (<c>+…</c>) is read and dropped.</summary>
public sealed class SemanticVersion(long major, long minor, long patch, params string[] prerelease) : IComparable<SemanticVersion>
{
    /// <summary>The greatest number that is taken, as with npm: 2^53-1.</summary>
    public const long MostNumber = (1L << 53) - 1;

    public long Major => major;

    public long Minor => minor;

    public long Patch => patch;

    public IReadOnlyList<string> Prerelease => prerelease;

    public bool IsPrerelease => prerelease.Length > 0;

    /// <summary>Three numbers, with a <c>v</c> before them or not; null for anything else, such as <c>1.2</c>.</summary>
    public static SemanticVersion? Parse(string? text)
    {
        if (text is null)
            return null;
        var rest = text.StartsWith('v') ? text[1..] : text;
        if (rest.IndexOf('+') is >= 0 and var plus)
        {
            if (!Array.TrueForAll(rest[(plus + 1)..].Split('.'), IsIdentifier))
                return null;
            rest = rest[..plus];
        }

        string[] prerelease = [];
        if (rest.IndexOf('-') is >= 0 and var hyphen)
        {
            prerelease = rest[(hyphen + 1)..].Split('.');
            if (!Array.TrueForAll(prerelease, IsPrereleaseIdentifier))
                return null;
            rest = rest[..hyphen];
        }

        var numbers = rest.Split('.');
        return numbers.Length == 3
            && TryNumber(numbers[0], out var major) && TryNumber(numbers[1], out var minor) && TryNumber(numbers[2], out var patch)
            ? new SemanticVersion(major, minor, patch, prerelease)
            : null;
    }

    public static bool TryNumber(string text, out long number)
    {
        number = 0;
        return IsNumber(text) && !HasLeadingZero(text)
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= MostNumber;
    }

    public static bool IsNumber(string text) => text.Length > 0 && text.All(char.IsAsciiDigit);

    public static bool HasLeadingZero(string number) => number.Length > 1 && number[0] == '0';

    /// <summary>Between the dots of build metadata.</summary>
    public static bool IsIdentifier(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    /// <summary>Between the dots of a prerelease: numbers have no leading zeros there.</summary>
    public static bool IsPrereleaseIdentifier(string text) => IsIdentifier(text) && !(IsNumber(text) && HasLeadingZero(text));

    public bool IsOfSameRelease([NotNullWhen(true)] SemanticVersion? other) =>
        other is not null && major == other.Major && minor == other.Minor && patch == other.Patch;

    /// <summary>By precedence: the three numbers, then the prerelease, which comes before its release.</summary>
    public int CompareTo(SemanticVersion? other)
    {
        if (other is null)
            return 1;
        if (major != other.Major)
            return major.CompareTo(other.Major);
        if (minor != other.Minor)
            return minor.CompareTo(other.Minor);
        if (patch != other.Patch)
            return patch.CompareTo(other.Patch);
        if (IsPrerelease != other.IsPrerelease)
            return IsPrerelease ? -1 : 1;
        for (var i = 0; i < Math.Min(prerelease.Length, other.Prerelease.Count); i++)
            if (Compare(prerelease[i], other.Prerelease[i]) is not 0 and var difference)
                return difference;
        return prerelease.Length.CompareTo(other.Prerelease.Count);
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{major}.{minor}.{patch}") + (IsPrerelease ? "-" + string.Join('.', prerelease) : "");

    // numbers before words; without leading zeros the longer number is the greater one, however long (dates with times are in use)
    private static int Compare(string one, string other) => (IsNumber(one), IsNumber(other)) switch
    {
        (true, true) => one.Length != other.Length ? one.Length.CompareTo(other.Length) : string.CompareOrdinal(one, other),
        (true, false) => -1,
        (false, true) => 1,
        _ => string.CompareOrdinal(one, other),
    };
}
