using System.Diagnostics;
using AutoDeploy.Services;
using AutoDeploy.Sources;

namespace AutoDeploy.Telemetry;

/// <summary>The spans of a push on its way to its services, in the trace that has its uuid as id.</summary>
public static class PushTrace
{
    public static Activity? StartFanOut(Push push)
    {
        var span = AutoDeployTracing.StartTrace(push.Uuid, "fan out", ActivityKind.Consumer);
        span?.SetTag(TraceTags.Push, push.Uuid.ToString());
        span?.SetTag(TraceTags.Sender, push.Sender);
        span?.SetTag(TraceTags.Source, push.Source);
        return span;
    }

    /// <summary>One batch: a span for each of its services would be too many.</summary>
    public sealed class Batch : IDisposable
    {
        /// <summary>So many deployments are linked to; the others link back.</summary>
        private const int MaxLinks = 32;

        private readonly Activity? _span = AutoDeployTracing.StartPart("offer");
        private readonly Dictionary<VerdictKind, int> _verdicts = [];
        private readonly HashSet<Guid> _deploymentIds = [];

        public Batch(int services) => _span?.SetTag(TraceTags.Services, services);

        public void Add(Verdict? verdict)
        {
            if (_span is null || verdict is null)
                return;
            _verdicts[verdict.Kind] = _verdicts.GetValueOrDefault(verdict.Kind) + 1;
            if (verdict.DeploymentId is { } deploymentId && _deploymentIds.Count < MaxLinks && _deploymentIds.Add(deploymentId))
                _span.AddLink(AutoDeployTracing.LinkTo(deploymentId));
        }

        public void Dispose()
        {
            foreach (var (kind, count) in _verdicts)
                _span?.SetTag(TraceTags.Verdicts + AutoDeployMetrics.FormatWord(kind), count);
            _span?.Dispose();
        }
    }
}
