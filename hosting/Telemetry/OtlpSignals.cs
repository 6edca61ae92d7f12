namespace AutoDeploy.Hosting.Telemetry;

/// <summary>
/// What is exported, as OpenTelemetry's variables say. Without an endpoint nothing is: there is no collector on every machine.
/// </summary>
public sealed record OtlpSignals(bool Traces, bool Metrics, bool Logs)
{
    public bool Any => Traces || Metrics || Logs;

    /// <param name="variable">The value of a variable; null when it is not set.</param>
    /// <exception cref="ArgumentException">A value that we cannot do, with a sentence.</exception>
    public static OtlpSignals Read(Func<string, string?> variable)
    {
        var disabled = "true".Equals(variable("OTEL_SDK_DISABLED"), StringComparison.OrdinalIgnoreCase);
        var all = Is("OTEL_EXPORTER_OTLP_ENDPOINT");
        return new OtlpSignals(Signal("TRACES"), Signal("METRICS"), Signal("LOGS"));

        bool Is(string name) =>
            variable(name) is { Length: > 0 } url
            && (
                Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
                    ? true
                    : throw new ArgumentException($"{name} is not a URL; expected one such as http://localhost:4317.")
            );

        bool Signal(string signal)
        {
            var name = $"OTEL_{signal}_EXPORTER";
            var wanted = variable(name) switch
            {
                null or "" or "otlp" => true,
                "none" => false,
                var other => throw new ArgumentException($"{name} is \"{other}\"; expected \"otlp\" or \"none\"."),
            };
            return (Is($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT") || all) && wanted && !disabled;
        }
    }
}
