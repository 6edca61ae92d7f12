using System.Buffers.Binary;
using System.Globalization;
using OpenTelemetry.Trace;

namespace AutoDeploy.Hosting.Telemetry;

/// <summary>
/// Samples a ratio of all traces by the last bytes of their ids, which are random as OpenTelemetry requires. The SDK's own sampler looks at
/// the beginning, which in a push's id is the time: it would take all pushes of some weeks and none of others.
/// </summary>
internal sealed class TraceRatioSampler : Sampler
{
    private const long All = 1L << 56;

    private readonly long _from;

    /// <param name="ratio">From 0 (none) to 1 (all).</param>
    public TraceRatioSampler(double ratio)
    {
        _from = All - (long)(All * ratio);
        Description = string.Create(CultureInfo.InvariantCulture, $"UuidRatio{{{ratio}}}");
    }

    /// <summary>What <c>OTEL_TRACES_SAMPLER</c> asks for; null where that is nothing of a ratio, which the SDK knows how to do.</summary>
    /// <exception cref="ArgumentException">The ratio is none.</exception>
    public static Sampler? FindSampler(Func<string, string?> variable)
    {
        const string Argument = "OTEL_TRACES_SAMPLER_ARG";
        var name = variable("OTEL_TRACES_SAMPLER");
        if (name is not ("traceidratio" or "parentbased_traceidratio"))
            return null;
        var ratio = 1.0;
        if (
            variable(Argument) is { Length: > 0 } text
            && (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out ratio) || ratio is not (>= 0 and <= 1))
        )
            throw new ArgumentException($"{Argument} is \"{text}\"; expected a number from 0 to 1.");
        var sampler = new TraceRatioSampler(ratio);
        return name == "traceidratio" ? sampler : new ParentBasedSampler(sampler);
    }

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        Span<byte> id = stackalloc byte[16];
        samplingParameters.TraceId.CopyTo(id);
        return new SamplingResult((BinaryPrimitives.ReadInt64BigEndian(id[8..]) & (All - 1)) >= _from);
    }
}
