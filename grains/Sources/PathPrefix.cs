namespace AutoDeploy.Sources;

/// <summary>A beginning of paths, part by part: <c>acme</c> covers <c>acme/shop</c> and <c>acme</c>, and not <c>acme2/shop</c>.</summary>
public static class PathPrefix
{
    /// <param name="prefix">Empty: it covers everything.</param>
    /// <param name="path">Without slashes at its ends.</param>
    public static bool Covers(string prefix, string path) =>
        prefix.Length == 0 || path == prefix || (path.StartsWith(prefix, StringComparison.Ordinal) && path[prefix.Length] == '/');

    /// <summary>The one with the longest prefix that covers the path; of equals the first; null: none does.</summary>
    public static T? Longest<T>(IEnumerable<T> all, Func<T, string> prefix, string path)
        where T : class => all.Where(one => Covers(prefix(one), path)).MaxBy(one => prefix(one).Length);
}
