namespace AutoDeploy.Api.Http;

/// <summary>Reads URLs that we shall call.</summary>
public static class WebUrl
{
    public const int Longest = 2048;

    /// <summary>Null for null. What is wrong is not said back: the URL can be a secret.</summary>
    /// <param name="value">Of a member that may be null.</param>
    /// <param name="expected">The end of a sentence that begins with what is wrong.</param>
    /// <exception cref="HttpFailure">400</exception>
    public static Uri? Read(Value value, string expected)
    {
        if (value.IsNull)
            return null;
        if (!value.IsText)
            throw value.NotA("an http or https URL");
        if (!Uri.TryCreate(value.Line(Longest).Trim(), UriKind.Absolute, out var url) || url.Host.Length == 0)
            throw value.Wrong($"is not a URL; {expected}");
        if (url.Scheme is not ("http" or "https"))
            throw value.Wrong($"begins with \"{HttpFailure.Shorten(url.Scheme)}:\"; {expected}");
        return url.UserInfo.Length > 0 ? throw value.Wrong($"has a user or password, which would not be sent; {expected} without") : url;
    }
}
