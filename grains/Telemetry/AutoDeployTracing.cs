using System.Diagnostics;

namespace AutoDeploy.Telemetry;

/// <summary>
/// The spans of the whole product. Nobody listens unless traces are exported, and then none is made.
/// A push's and a deployment's uuid is the id of its trace: so every process knows it at any time, also after a restart, and a person
/// who has the uuid has the trace.
/// </summary>
public static class AutoDeployTracing
{
    public const string Name = "AutoDeploy";

    public static readonly ActivitySource Source = new(Name);

    [ThreadStatic]
    private static Guid? _next;

    static AutoDeployTracing() =>
        Activity.TraceIdGenerator = () => _next is { } wanted ? ToTraceId(wanted) : ActivityTraceId.CreateRandom();

    /// <summary>Begins a span without a parent in the trace of this id, whatever goes on around it; null when nobody listens.</summary>
    public static Activity? StartTrace(
        Guid trace,
        string name,
        ActivityKind kind = ActivityKind.Internal,
        IEnumerable<ActivityLink>? links = null
    )
    {
        if (!Source.HasListeners())
            return null;
        var around = Activity.Current;
        Activity.Current = null;
        _next = trace;
        try
        {
            var span = Source.StartActivity(kind, links: links, name: name);
            if (span is null)
                Activity.Current = around;
            return span;
        }
        finally
        {
            _next = null;
        }
    }

    /// <summary>
    /// Begins a span within the one that goes on; null when there is none (what a web server makes of each request by itself is none), or
    /// nobody listens.
    /// </summary>
    public static Activity? StartPart(string name, ActivityKind kind = ActivityKind.Internal) =>
        Activity.Current is { Source.Name.Length: > 0 } ? Source.StartActivity(name, kind) : null;

    /// <summary>To the trace of a push or a deployment; which span of it is not known, and a viewer needs the trace only.</summary>
    public static ActivityLink LinkTo(Guid trace)
    {
        Span<byte> bytes = stackalloc byte[16];
        trace.TryWriteBytes(bytes, bigEndian: true, out _);
        return new ActivityLink(
            new ActivityContext(
                ActivityTraceId.CreateFromBytes(bytes),
                ActivitySpanId.CreateFromBytes(bytes[8..]),
                ActivityTraceFlags.Recorded
            )
        );
    }

    public static ActivityTraceId ToTraceId(Guid uuid)
    {
        Span<byte> bytes = stackalloc byte[16];
        uuid.TryWriteBytes(bytes, bigEndian: true, out _);
        return ActivityTraceId.CreateFromBytes(bytes);
    }

    public static Guid ToUuid(ActivityTraceId trace)
    {
        Span<byte> bytes = stackalloc byte[16];
        trace.CopyTo(bytes);
        return new Guid(bytes, bigEndian: true);
    }

    /// <param name="span">Nothing happens without one.</param>
    /// <param name="type">What kind of failure, of a few: <c>error.type</c>.</param>
    /// <param name="sentence">For a person, without secrets.</param>
    public static void Fail(this Activity? span, string type, string? sentence = null)
    {
        span?.SetTag(TraceTags.ErrorType, type);
        span?.SetStatus(ActivityStatusCode.Error, sentence);
    }

    /// <summary>An exception's message may have anything in it, so only its kind is told.</summary>
    public static void Fail(this Activity? span, Exception failure) =>
        span.Fail(failure is OperationCanceledException ? "canceled" : failure.GetType().FullName ?? "?");
}
