using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace AutoDeploy.Hosting;

/// <summary>
/// Headers that every answer has, errors included: browsers run nothing of it, show it in no frame, send its address to nobody and keep no
/// copy.
/// </summary>
public static class SecurityHeaders
{
    /// <summary>An answer is data and no page, unless its endpoint has a <see cref="ContentSecurityPolicy"/>.</summary>
    private const string DataOnly = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void UseSecurityHeaders(this IApplicationBuilder app) =>
        app.Use(next =>
            context =>
            {
                // at the last moment: what turns failures into answers clears the headers that were set before
                context.Response.OnStarting(Write, context);
                return next(context);
            }
        );

    private static Task Write(object state)
    {
        var context = (HttpContext)state;
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = context.GetEndpoint()?.Metadata.GetMetadata<ContentSecurityPolicy>()?.Value ?? DataOnly;
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        // URLs of hooks and triggers, environments, logs: nearly every answer can have a secret
        if (headers.CacheControl.Count == 0)
            headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }
}
