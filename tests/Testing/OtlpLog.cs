namespace AutoDeploy.Testing;

public sealed record OtlpLog(string TraceId, string Body, IReadOnlyDictionary<string, string> Attributes)
{
    internal static OtlpLog From(ProtobufMessage log) =>
        new(
            log.Hex(9),
            log.All(5).Select(body => body.Text(1)).FirstOrDefault() ?? "",
            OtlpAttributes.Of(log, 6).DistinctBy(a => a.Key).ToDictionary(a => a.Key, a => a.Value)
        );
}
