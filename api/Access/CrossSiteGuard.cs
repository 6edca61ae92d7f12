using AutoDeploy.Api.Http;
using Microsoft.AspNetCore.Authorization;

namespace AutoDeploy.Api.Access;

/// <summary>
/// Refuses what a page of another site has a browser do with the credentials that the browser keeps for us. Endpoints that anybody may call
/// (hooks, triggers) are left alone: they do not look at those credentials.
/// </summary>
public static class CrossSiteGuard
{
    /// <summary>The requests of our own pages, and those that a person makes without a page.</summary>
    private static readonly string[] OwnSites = ["same-origin", "none"];

    public static void UseCrossSiteGuard(this WebApplication app)
    {
        var publicUrl = app.Services.GetRequiredService<PublicUrl>();
        app.Use(next =>
            context =>
            {
                if (!CanChange(context.Request) || context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
                    return next(context);
                if (Objection(context.Request, publicUrl) is { } objection)
                    return context.WriteError(StatusCodes.Status403Forbidden, objection);
                return IsForm(context.Request)
                    ? context.WriteError(
                        StatusCodes.Status415UnsupportedMediaType,
                        $"The content type is \"{ApiException.Shorten(context.Request.ContentType!)}\"; from a browser "
                            + "application/json is expected."
                    )
                    : next(context);
            }
        );
    }

    /// <summary>Why the request is not one of our own pages'; null: it is, or no browser sent it.</summary>
    public static string? Objection(HttpRequest request, PublicUrl publicUrl)
    {
        var site = request.Headers[BrowserRequests.FetchSite];
        foreach (var value in site)
            if (!OwnSites.Contains(value, StringComparer.OrdinalIgnoreCase))
                return $"The request comes from a page of another site (`{BrowserRequests.FetchSite}: "
                    + $"{ApiException.Shorten(value ?? "")}`), which may not change anything here.";

        foreach (var origin in request.Headers.Origin)
            if (!IsOurs(origin, request, publicUrl, saysBrowser: site.Contains("same-origin")))
                return $"The request comes from a page of \"{ApiException.Shorten(origin ?? "")}\" (`Origin`), which may not change "
                    + $"anything here; expected \"{publicUrl.For(request)}\", as --url or the request's host says.";
        return null;
    }

    /// <summary>By the method; a WebSocket can be opened by a page of any site, which can then read what comes.</summary>
    private static bool CanChange(HttpRequest request) =>
        !HttpMethods.IsGet(request.Method) && !HttpMethods.IsOptions(request.Method) || request.Headers.Upgrade.Count > 0;

    /// <param name="saysBrowser">
    /// The browser says so itself. Then only the host is compared: behind a proxy that is not named with --proxy, we do not know the
    /// scheme.
    /// </param>
    private static bool IsOurs(string? origin, HttpRequest request, PublicUrl publicUrl, bool saysBrowser)
    {
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var from))
            return false;
        return IsSame(from, publicUrl.For(request))
            || IsSame(from, PublicUrl.As(request))
            || (saysBrowser && from.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsSame(Uri from, string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var ours)
        && Uri.Compare(from, ours, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;

    /// <summary>A form of any page can send these, and browsers that tell neither site nor origin are still about.</summary>
    private static bool IsForm(HttpRequest request) =>
        request.ContentType is { Length: > 0 } type
        && request.IsFromBrowser()
        && !type.Split(';')[0].Trim().EndsWith("json", StringComparison.OrdinalIgnoreCase);
}
