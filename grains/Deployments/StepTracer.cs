using System.Diagnostics;
using AutoDeploy.Telemetry;

namespace AutoDeploy.Deployments;

/// <summary>
/// A span and a measured duration for each step of one run. Where a run takes up what another began, the step counts from there.
/// </summary>
internal sealed class StepTracer(TimeProvider time)
{
    private static readonly string Compensating = DeploymentStep.Compensating.GetName();

    private readonly Activity? _whole = Activity.Current;
    private string? _step;
    private long _begun;
    private Activity? _span;

    /// <summary>Ends the step that goes on, and begins another; what the caller does next is within it.</summary>
    public void Begin(string step, CancellationSignals signals)
    {
        if (step == _step)
            return;
        End(
            step != Compensating ? "success"
            : signals.CanceledBy is null ? "failed"
            : "canceled"
        );
        _step = step;
        _begun = time.GetTimestamp();
        if (_whole is null)
            return;
        Activity.Current = _whole;
        _span = AutoDeployTracing.StartPart(step);
    }

    public void End(DeploymentState state) =>
        // taking back is what came of a failure, and went well
        End(_step == Compensating ? "success" : AutoDeployMetrics.FormatWord(state));

    /// <param name="result"><c>success</c>, <c>failed</c>, <c>canceled</c>, or <c>interrupted</c> when it is begun again.</param>
    public void End(string result)
    {
        if (_step is not { } step)
            return;
        AutoDeployMetrics.RecordStep(step, result, time.GetElapsedTime(_begun));
        _step = null;
        _span?.SetTag(TraceTags.Result, result);
        if (result is "failed" or "interrupted")
            _span.Fail(result);
        _span?.Dispose();
        _span = null;
    }
}
