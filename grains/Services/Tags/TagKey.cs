using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using Semver;

namespace AutoDeploy.Services.Tags;

/// <summary>The place of a tag in an order. Keys of one order can be compared.</summary>
internal abstract partial record TagKey : IComparable<TagKey>
{
    public abstract int CompareTo(TagKey? other);

    /// <summary>Null when the text has no place in the order.</summary>
    public static TagKey? Read(string text, TagOrder order) =>
        order switch
        {
            TagOrder.Semver => VersionRange.Version(text) is { } version ? new VersionKey(version) : null,
            TagOrder.Numeric => NumbersText().IsMatch(text)
                ? new NumbersKey([
                    .. text.Split('.', '-', '_')
                        .Select(number => BigInteger.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture)),
                ])
                : null,
            TagOrder.Date => ReadTime(text) is { } time ? new TimeKey(time) : null,
            TagOrder.Alphabetical when text.Length > 0 => new TextKey(text),
            _ => null,
        };

    private static DateTime? ReadTime(string text)
    {
        if (text.Length is 10 or 13 && text.All(char.IsAsciiDigit))
        {
            var number = long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
            return (
                text.Length == 10 ? DateTimeOffset.FromUnixTimeSeconds(number) : DateTimeOffset.FromUnixTimeMilliseconds(number)
            ).UtcDateTime;
        }

        if (TimeText().Match(text) is not { Success: true } match)
            return null;
        // what is not told is 0
        var digits = string.Concat(match.Groups.Values.Skip(1).Select(group => group.Value)).PadRight("yyyyMMddHHmmssfff".Length, '0');
        return DateTime.TryParseExact(digits, "yyyyMMddHHmmssfff", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time
            : null;
    }

    private sealed record VersionKey(SemVersion Version) : TagKey
    {
        public override int CompareTo(TagKey? other) => Version.ComparePrecedenceTo(((VersionKey)other!).Version);
    }

    private sealed record NumbersKey(BigInteger[] Values) : TagKey
    {
        public override int CompareTo(TagKey? other)
        {
            var others = ((NumbersKey)other!).Values;
            for (var i = 0; i < Math.Min(Values.Length, others.Length); i++)
                if (Values[i].CompareTo(others[i]) is not 0 and var difference)
                    return difference;
            return Values.Length.CompareTo(others.Length);
        }
    }

    private sealed record TimeKey(DateTime Time) : TagKey
    {
        public override int CompareTo(TagKey? other) => Time.CompareTo(((TimeKey)other!).Time);
    }

    private sealed record TextKey(string Text) : TagKey
    {
        public override int CompareTo(TagKey? other) => string.CompareOrdinal(Text, ((TextKey)other!).Text);
    }

    [GeneratedRegex(@"\A[0-9]+(?:[._-][0-9]+)*\z", RegexOptions.NonBacktracking)]
    private static partial Regex NumbersText();

    [GeneratedRegex(
        @"\A([0-9]{4})[._-]?([0-9]{2})[._-]?([0-9]{2})(?:[._T-]?([0-9]{2})[._-]?([0-9]{2})(?:[._-]?([0-9]{2})(?:[._-]?([0-9]{3}))?)?)?Z?\z",
        RegexOptions.NonBacktracking
    )]
    private static partial Regex TimeText();
}
