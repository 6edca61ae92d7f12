using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace AutoDeploy.Hosting;

/// <summary>Sets security headers on every answer, errors included: no scripts, no framing, no referrer, no caching.</summary>
public static class SecurityHeaders
{
    /// <summary>An answer is data and no page, unless its endpoint has a <see cref="ContentSecurityPolicy"/>.</summary>
    private const string DataOnly = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void UseSecurityHeaders(this IApplicationBuilder app) =>
        app.Use(next =>
            context =>
            {
                // set when the answer starts: the exception handler clears headers that were set earlier
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
