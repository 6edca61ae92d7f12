namespace AutoDeploy.Api.Hooks;

internal static class HeaderReader
{
    /// <summary>The first of these headers that says something.</summary>
    public static string? First(this IHeaderDictionary headers, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        foreach (var value in headers[name])
            if (!string.IsNullOrWhiteSpace(value))
                return value;
        return null;
    }
}
