using System.Text;

namespace AutoDeploy.Hosting.Telemetry;

/// <summary>
/// Of OpenTelemetry's names those that Prometheus takes, by the rules of OpenTelemetry's specification: with the unit, and <c>_total</c>
/// for counters.
/// </summary>
internal static class MetricNames
{
    public static string From(string name, string? unit, MetricKind kind)
    {
        var text = new StringBuilder();
        foreach (var c in name)
            if (char.IsAsciiLetterOrDigit(c) || c == ':')
                text.Append(c);
            else if (text.Length > 0 && text[^1] != '_')
                text.Append('_');
        if (text.Length > 0 && char.IsAsciiDigit(text[0]))
            text.Insert(0, '_');
        var words = text.ToString();
        if (Word(unit, kind) is { } word && !words.EndsWith("_" + word, StringComparison.Ordinal))
            words += "_" + word;
        return kind == MetricKind.Counter && !words.EndsWith("_total", StringComparison.Ordinal) ? words + "_total" : words;
    }

    /// <summary>What is in braces says what is counted, and is no unit.</summary>
    private static string? Word(string? unit, MetricKind kind) =>
        unit switch
        {
            "s" => "seconds",
            "ms" => "milliseconds",
            "us" => "microseconds",
            "ns" => "nanoseconds",
            "By" => "bytes",
            "KiBy" => "kibibytes",
            "MiBy" => "mebibytes",
            "%" => "percent",
            "1" => kind == MetricKind.Gauge ? "ratio" : null,
            _ => null,
        };
}
