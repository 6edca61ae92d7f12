namespace AutoDeploy.Api.Access;

/// <summary>Tells requests of browsers, which send credentials by themselves, from those of other clients.</summary>
public static class BrowserRequests
{
    public const string FetchSite = "Sec-Fetch-Site";

    private const string FetchMode = "Sec-Fetch-Mode";

    /// <summary>What all browsers' names have begun with since 1994.</summary>
    private const string BrowserName = "Mozilla/";

    /// <summary>In doubt it is one: nothing but convenience is lost by that.</summary>
    public static bool IsFromBrowser(this HttpRequest request)
    {
        var headers = request.Headers;
        return headers.ContainsKey(FetchSite)
            || headers.ContainsKey(FetchMode)
            || headers.Origin.Count > 0
            || headers.UserAgent.ToString().StartsWith(BrowserName, StringComparison.OrdinalIgnoreCase)
            || headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
    }
}
