using System.Globalization;
using System.Text.Json;

namespace AutoDeploy.Benchmarks;

/// <summary>What was measured: a table for people, and JSON lines.</summary>
internal sealed class FigureTable(string file)
{
    private readonly List<(string What, double Value, string Unit, string Aim)> _rows = [];

    /// <param name="aim">What it should be, in words; empty without an aim.</param>
    public void Add(string what, double value, string unit, string aim = "")
    {
        _rows.Add((what, value, unit, aim));
        File.AppendAllText(
            file,
            JsonSerializer.Serialize(
                new
                {
                    time = DateTimeOffset.UtcNow,
                    what,
                    value = Math.Round(value, 4),
                    unit,
                    aim,
                }
            ) + "\n"
        );
        Console.WriteLine($"  {what}: {Text(value)} {unit}");
    }

    public void Print()
    {
        var width = _rows.Max(r => r.What.Length);
        Console.WriteLine();
        Console.WriteLine($"{"what".PadRight(width)}  {"measured", 12}  {"", -8}  aim");
        foreach (var (what, value, unit, aim) in _rows)
            Console.WriteLine($"{what.PadRight(width)}  {Text(value), 12}  {unit, -8}  {aim}");
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[(sorted.Count / 2) - 1] + sorted[sorted.Count / 2]) / 2;
    }

    private static string Text(double value) => value.ToString(value >= 100 ? "#,0" : "0.00", CultureInfo.InvariantCulture);
}
