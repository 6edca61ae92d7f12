namespace AutoDeploy.Testing;

/// <param name="TraceId">In hexadecimal, as the others.</param>
/// <param name="Parent">Empty: none.</param>
/// <param name="Links">The traces that it is linked to.</param>
public sealed record OtlpSpan(
    string TraceId,
    string SpanId,
    string Parent,
    string Name,
    bool Failed,
    IReadOnlyList<string> Links,
    IReadOnlyDictionary<string, string> Attributes
)
{
    internal static OtlpSpan From(ProtobufMessage span) =>
        new(
            span.Hex(1),
            span.Hex(2),
            span.Hex(4),
            span.Text(5),
            span.All(15).Any(status => status.Number(3) == 2),
            [.. span.All(13).Select(link => link.Hex(1))],
            OtlpAttributes.Of(span, 9).ToDictionary(a => a.Key, a => a.Value)
        );
}
