using System.Diagnostics;
using AutoDeploy.Deployments;

namespace AutoDeploy.Telemetry;

/// <summary>
/// The span of a deployment, whose uuid is the id of its trace. What is taken up again after a restart is one more span of the same trace.
/// </summary>
public static class DeploymentTrace
{
    public static Activity? Start(Deployment deployment)
    {
        var links = deployment.Cause.PushId is { } pushId ? [AutoDeployTracing.LinkTo(pushId)] : Array.Empty<ActivityLink>();
        var operation = AutoDeployMetrics.FormatWord(deployment.Operation);
        var span = AutoDeployTracing.StartTrace(deployment.Uuid, "deployment " + operation, links: links);
        if (span is null)
            return null;
        span.SetTag(TraceTags.Deployment, deployment.Uuid.ToString());
        span.SetTag(TraceTags.Service, deployment.ServiceId.ToString());
        span.SetTag(TraceTags.Push, deployment.Cause.PushId?.ToString());
        span.SetTag(TraceTags.Operation, operation);
        span.SetTag(TraceTags.Cause, AutoDeployMetrics.FormatWord(deployment.Cause.Kind));
        if (deployment.State != DeploymentState.Pending)
            span.SetTag(TraceTags.Resumed, true);
        return span;
    }

    public static void End(Activity? span, Deployment deployment)
    {
        span?.SetTag(TraceTags.Result, AutoDeployMetrics.FormatWord(deployment.State));
        if (deployment.State == DeploymentState.Failed)
            span.Fail("failed");
    }
}
