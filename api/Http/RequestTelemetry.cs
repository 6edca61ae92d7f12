using System.Diagnostics;
using AutoDeploy.Hosting.Telemetry;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Sources;
using AutoDeploy.Telemetry;

namespace AutoDeploy.Api.Http;

/// <summary>
/// A span for each request, and how long deliveries took. Neither knows the path, only its pattern: hooks and triggers have their secret in
/// it.
/// </summary>
public static class RequestTelemetry
{
    /// <summary>So many of a delivery's pushes are named and linked to.</summary>
    private const int MaxPushes = 32;

    private static readonly PathString[] UnreportedPaths = ["/healthz", "/readyz", MetricsEndpoint.Path];

    /// <summary>Others are whatever somebody makes up.</summary>
    private static readonly string[] Known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    /// <summary>To be used before all else, to see the answer as it is sent.</summary>
    public static void UseRequestTelemetry(this WebApplication app) =>
        app.Use(next =>
            context =>
                AutoDeployTracing.Source.HasListeners() && !IsUnreported(context.Request.Path)
                    ? InvokeTraced(next, context)
                    : InvokeTimed(next, context)
        );

    /// <summary>Says through which hook the request came.</summary>
    public static void RecordHook(this HttpContext context, Hook hook)
    {
        context.Features.Set(hook);
        if (RequestSpan() is { } span)
        {
            span.SetTag(TraceTags.Sender, hook.Sender);
            span.SetTag(TraceTags.Hook, hook.Uuid.ToString());
        }
    }

    /// <summary>
    /// Where the request has a span, the first push gets the id of its trace as uuid, so that all of its way is one trace. It is of version
    /// 7 as others are.
    /// </summary>
    public static IReadOnlyList<Push> InThisTrace(IReadOnlyList<Push> pushes) =>
        RequestSpan() is { } span && pushes.Count > 0
            ? [pushes[0] with { Uuid = AutoDeployTracing.ToUuid(span.TraceId) }, .. pushes.Skip(1)]
            : pushes;

    /// <summary>Says what pushes the request told of.</summary>
    public static void RecordPushes(IReadOnlyList<RecordedPush> recorded)
    {
        foreach (var push in recorded)
            AutoDeployMetrics.CountPushes(push.Push.Sender, push.New ? "new" : "repeat");
        if (RequestSpan() is not { } span || recorded.Count == 0)
            return;
        var uuids = recorded.Take(MaxPushes).Select(r => r.Push.Uuid).ToList();
        span.SetTag(TraceTags.Sender, recorded[0].Push.Sender);
        span.SetTag(TraceTags.Push, uuids[0].ToString());
        if (uuids.Count > 1)
            span.SetTag(TraceTags.Pushes, uuids.Select(u => u.ToString()).ToArray());
        span.SetTag(TraceTags.Result, recorded.Any(r => r.New) ? "new" : "repeat");
        foreach (var uuid in uuids.Where(u => u != AutoDeployTracing.ToUuid(span.TraceId)))
            span.AddLink(AutoDeployTracing.LinkTo(uuid));
    }

    private static bool IsUnreported(PathString path) => Array.Exists(UnreportedPaths, open => path == open);

    private static async Task InvokeTraced(RequestDelegate next, HttpContext context)
    {
        // anybody can call us and say what trace it is: that is linked to, not believed
        var caller = Activity.Current is { HasRemoteParent: true } around
            ? new[]
            {
                new ActivityLink(new ActivityContext(around.TraceId, around.ParentSpanId, around.ActivityTraceFlags, isRemote: true)),
            }
            : null;
        var method = Known.Contains(context.Request.Method) ? context.Request.Method : "_OTHER";
        using var span = AutoDeployTracing.StartTrace(Guid.CreateVersion7(), method, ActivityKind.Server, caller);
        await InvokeTimed(next, context);
        if (span is null)
            return;
        if ((context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText is { } route)
        {
            span.DisplayName = $"{method} {route}";
            span.SetTag(TraceTags.Route, route);
        }

        span.SetTag(TraceTags.Method, method);
        span.SetTag(TraceTags.Status, context.Response.StatusCode);
        if (context.Response.StatusCode >= 500)
            span.Fail(context.Response.StatusCode.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    private static Task InvokeTimed(RequestDelegate next, HttpContext context)
    {
        var begun = Stopwatch.GetTimestamp();
        var answering = next(context);
        return IsHook(context) || !answering.IsCompletedSuccessfully ? RecordAnswer(answering, context, begun) : answering;
    }

    private static async Task RecordAnswer(Task answering, HttpContext context, long begun)
    {
        await answering;
        if (!IsHook(context))
            return;
        var sender = context.Features.Get<Hook>()?.Sender ?? "unknown";
        var status = context.Response.StatusCode;
        AutoDeployMetrics.RecordHook(sender, status, Stopwatch.GetElapsedTime(begun));
        if (status >= 400)
            AutoDeployMetrics.CountPushes(sender, Refusal(status));
    }

    private static bool IsHook(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<PushTraceMetadata>() is not null;

    private static string Refusal(int status) =>
        status switch
        {
            StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden => "rejected",
            StatusCodes.Status404NotFound => "unknown",
            StatusCodes.Status429TooManyRequests => "limited",
            >= 500 => "failed",
            _ => "unreadable",
        };

    /// <summary>That of the request, around which is nothing of ours.</summary>
    private static Activity? RequestSpan() =>
        Activity.Current is { Kind: ActivityKind.Server, Parent: null } span && span.Source == AutoDeployTracing.Source ? span : null;
}
