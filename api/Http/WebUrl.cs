namespace AutoDeploy.Api.Http;

/// <summary>Reads URLs that we shall call.</summary>
public static class WebUrl
{
    public const int MaxLength = 2048;

    /// <summary>Null for null. What is wrong is not said back: the URL can be a secret.</summary>
    /// <param name="value">Of a member that may be null.</param>
    /// <param name="expected">The end of a sentence that begins with what is wrong.</param>
    /// <exception cref="ApiException">400</exception>
    public static Uri? Read(RequestValue value, string expected)
    {
        if (value.IsNull)
            return null;
        if (!value.IsText)
            throw value.CreateTypeError("an http or https URL");
        if (!Uri.TryCreate(value.ReadLine(MaxLength).Trim(), UriKind.Absolute, out var url) || url.Host.Length == 0)
            throw value.CreateError($"is not a URL; {expected}");
        if (url.Scheme is not ("http" or "https"))
            throw value.CreateError($"begins with \"{ApiException.Shorten(url.Scheme)}:\"; {expected}");
        return url.UserInfo.Length > 0
            ? throw value.CreateError($"has a user or password, which would not be sent; {expected} without")
            : url;
    }
}
