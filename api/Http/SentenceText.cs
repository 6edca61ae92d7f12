using System.Globalization;

namespace AutoDeploy.Api.Http;

/// <summary>Helps with sentences for people.</summary>
public static class SentenceText
{
    public static string FormatNumber(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>"a", "b" or "c"</c></summary>
    public static string JoinWithOr(IReadOnlyList<string> words)
    {
        var quoted = words.Select(w => $"\"{w}\"").ToArray();
        return quoted.Length == 1 ? quoted[0] : $"{string.Join(", ", quoted[..^1])} or {quoted[^1]}";
    }

    /// <summary>The one of the words that the given one is most likely meant to be, or null.</summary>
    public static string? FindClosest(string given, IEnumerable<string> words)
    {
        if (given.Length > 64)
            return null;
        var bare = Bare(given);
        var best = words
            .Select(word => (Word: word, Distance: Distance(bare, Bare(word))))
            .Where(x =>
                x.Distance <= Math.Max(1, Math.Min(bare.Length, x.Word.Length) / 3) || (bare.Length >= 3 && Bare(x.Word).Contains(bare))
            )
            .OrderBy(x => x.Distance)
            .FirstOrDefault();
        return best.Word;
    }

    private static string Bare(string word) =>
        word.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>So many letters have to be put in, taken out or changed to make one of the other.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
