using System.Diagnostics;
using AutoDeploy.Deployments;

namespace AutoDeploy.Telemetry;

/// <summary>The span of a deployment, whose uuid is the id of its trace. What is taken up again after a restart is one more span of the same trace.</summary>
public static class DeploymentTrace
{
    public static Activity? Start(Deployment deployment)
    {
        var links = deployment.Cause.Push is { } push ? [Tracing.LinkTo(push)] : Array.Empty<ActivityLink>();
        var operation = Measures.Word(deployment.Operation);
        var span = Tracing.StartTrace(deployment.Uuid, "deployment " + operation, links: links);
        if (span is null)
            return null;
        span.SetTag(TraceTags.Deployment, deployment.Uuid.ToString());
        span.SetTag(TraceTags.Service, deployment.Service.ToString());
        span.SetTag(TraceTags.Push, deployment.Cause.Push?.ToString());
        span.SetTag(TraceTags.Operation, operation);
        span.SetTag(TraceTags.Cause, Measures.Word(deployment.Cause.Kind));
        if (deployment.State != DeploymentState.Pending)
            span.SetTag(TraceTags.Resumed, true);
        return span;
    }

    public static void End(Activity? span, Deployment deployment)
    {
        span?.SetTag(TraceTags.Result, Measures.Word(deployment.State));
        if (deployment.State == DeploymentState.Failed)
            span.Fail("failed");
    }
}
