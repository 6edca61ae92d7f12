using System.Globalization;
using System.Text.RegularExpressions;

namespace AutoDeploy.Testing;

/// <summary>Reads Prometheus' text format, version 0.0.4, and takes nothing that is not allowed there.</summary>
public sealed partial class MetricsText
{
    private readonly Dictionary<string, double> _samples = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);

    /// <exception cref="FormatException">With the line that is wrong.</exception>
    public MetricsText(string text)
    {
        if (!text.EndsWith('\n'))
            throw new FormatException("The last line has no end.");
        var family = "";
        var helped = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n')[..^1])
        {
            if (Help().Match(line) is { Success: true } help)
            {
                if (!helped.Add(help.Groups[1].Value))
                    throw new FormatException($"twice: {line}");
            }
            else if (Type().Match(line) is { Success: true } type)
            {
                family = type.Groups[1].Value;
                if (!_types.TryAdd(family, type.Groups[2].Value))
                    throw new FormatException($"twice: {line}");
            }
            else if (Sample().Match(line) is { Success: true } sample)
            {
                Add(line, family, sample);
            }
            else
            {
                throw new FormatException($"not of the format: {line}");
            }
        }

        foreach (var (name, _) in _types.Where(t => t.Value == "histogram"))
            CheckHistogram(name);
    }

    public IReadOnlyDictionary<string, string> Types => _types;

    /// <summary>By the name with its labels as they were written: <c>a_total{b="c"}</c>.</summary>
    public IReadOnlyDictionary<string, double> Samples => _samples;

    /// <summary>The sum of all samples of the name that have all of the labels; each as <c>kind="deploy"</c>.</summary>
    public double Sum(string name, params string[] labels) =>
        _samples
            .Where(s =>
                (s.Key == name || s.Key.StartsWith(name + "{", StringComparison.Ordinal))
                && labels.All(l => s.Key.Contains(l, StringComparison.Ordinal))
            )
            .Sum(s => s.Value);

    private void Add(string line, string family, Match sample)
    {
        var name = sample.Groups[1].Value;
        var own =
            _types[family] == "histogram"
                ? name == family + "_bucket" || name == family + "_sum" || name == family + "_count"
                : name == family;
        if (!own)
            throw new FormatException($"not of {family}, which it stands under: {line}");
        var labels = Label().Matches(sample.Groups[2].Value).Select(l => l.Groups[1].Value).ToList();
        if (labels.Distinct().Count() != labels.Count)
            throw new FormatException($"a label twice: {line}");
        if (!_samples.TryAdd(name + sample.Groups[2].Value, Number(sample.Groups[3].Value)))
            throw new FormatException($"twice: {line}");
        if (
            _types[family] == "counter"
            && (!name.EndsWith("_total", StringComparison.Ordinal) || !(_samples[name + sample.Groups[2].Value] >= 0))
        )
            throw new FormatException($"no counter: {line}");
    }

    /// <summary>Buckets only grow, end with +Inf, and that is the count.</summary>
    private void CheckHistogram(string name)
    {
        var series = _samples
            .Where(s => s.Key.StartsWith(name + "_bucket{", StringComparison.Ordinal))
            .GroupBy(s => Le().Replace(s.Key[(name.Length + "_bucket".Length)..], ""));
        foreach (var one in series)
        {
            var bounds = one.Select(s => Number(Le().Match(s.Key).Groups[1].Value)).ToList();
            var counts = one.Select(s => s.Value).ToList();
            var rest = one.Key.Replace(",}", "}", StringComparison.Ordinal);
            var labels = rest == "{}" ? "" : rest;
            if (
                !bounds.SequenceEqual(bounds.Order())
                || bounds.Distinct().Count() != bounds.Count
                || bounds[^1] != double.PositiveInfinity
                || !counts.SequenceEqual(counts.Order())
            )
                throw new FormatException($"the buckets of {name}{labels} are wrong");
            if (counts[^1] != _samples[$"{name}_count{labels}"] || !_samples.ContainsKey($"{name}_sum{labels}"))
                throw new FormatException($"the count or sum of {name}{labels} is wrong");
        }
    }

    private static double Number(string text) =>
        text switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            _ => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
        };

    [GeneratedRegex(@"^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (?:[^\\\n\r]|\\\\|\\n)*$")]
    private static partial Regex Help();

    [GeneratedRegex("^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)$")]
    private static partial Regex Type();

    [GeneratedRegex(
        """^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\\\|\\"|\\n)*"(?:,(?!\})|(?=\})))+\})? """
            + @"(\+Inf|-Inf|NaN|-?[0-9.]+(?:E[-+]?[0-9]+)?)$"
    )]
    private static partial Regex Sample();

    [GeneratedRegex("""(?<=[{,])([a-zA-Z_][a-zA-Z0-9_]*)="(?:[^"\\]|\\.)*" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Label();

    [GeneratedRegex("""le="([^"]*)",?""")]
    private static partial Regex Le();
}
