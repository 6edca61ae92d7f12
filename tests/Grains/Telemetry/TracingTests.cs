using System.Diagnostics;
using System.Diagnostics.Metrics;
using AutoDeploy.Deployments;
using AutoDeploy.Services;
using AutoDeploy.Sources;
using AutoDeploy.Telemetry;

namespace AutoDeploy.Grains.Tests.Telemetry;

/// <summary>Who has the uuid of a push or a deployment has its trace.</summary>
public sealed class TracingTests : IDisposable
{
    private readonly ActivityListener _listener = new()
    {
        ShouldListenTo = source => source.Name == AutoDeployTracing.Name,
        Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
    };

    private readonly Deployment _deployment = new()
    {
        Uuid = Guid.NewGuid(),
        ServiceId = Guid.NewGuid(),
        Operation = Operation.Redeploy,
        State = DeploymentState.InProgress,
        Cause = new DeploymentCause { Kind = CauseKind.Push, PushId = Guid.NewGuid() },
        Created = default,
    };

    public TracingTests() => ActivitySource.AddActivityListener(_listener);

    public void Dispose() => _listener.Dispose();

    [Fact]
    public void A_deployments_uuid_is_the_id_of_its_trace_and_it_links_to_its_push()
    {
        using var around = new Activity("request").Start();
        using var span = DeploymentTrace.Start(_deployment)!;
        Assert.Equal(_deployment.Uuid, AutoDeployTracing.ToUuid(span.TraceId));
        Assert.Null(span.Parent);
        Assert.Equal(_deployment.Cause.PushId, AutoDeployTracing.ToUuid(span.Links.Single().Context.TraceId));
        Assert.Equal(("redeploy", true), (span.GetTagItem(TraceTags.Operation), span.GetTagItem(TraceTags.Resumed)));
        DeploymentTrace.End(span, _deployment with { State = DeploymentState.Failed });
        Assert.Equal((ActivityStatusCode.Error, "failed"), (span.Status, span.GetTagItem(TraceTags.ErrorType)));
    }

    [Fact]
    public void A_batch_counts_its_verdicts_and_links_to_their_deployments()
    {
        var push = new Push
        {
            Uuid = Guid.NewGuid(),
            Sender = "test",
            Delivery = "1",
            Source = "docker.io/acme/api",
            Received = default,
        };
        using var fanOut = PushTrace.StartFanOut(push)!;
        Activity? span = null;
        _listener.ActivityStopped = stopped =>
            span = stopped.OperationName == "offer" && stopped.TraceId == fanOut.TraceId ? stopped : span;
        using (var batch = new PushTrace.Batch(2))
        {
            batch.Add(CreateVerdict(VerdictKind.Deploy, _deployment.Uuid));
            batch.Add(CreateVerdict(VerdictKind.Skip, null));
            batch.Add(null);
        }

        Assert.Equal(push.Uuid, AutoDeployTracing.ToUuid(span!.TraceId));
        Assert.Equal((2, 1), (span.GetTagItem(TraceTags.Services), span.GetTagItem(TraceTags.Verdicts + "deploy")));
        Assert.Equal(_deployment.Uuid, AutoDeployTracing.ToUuid(span.Links.Single().Context.TraceId));
    }

    [Fact]
    public void A_failure_tells_the_exceptions_kind_and_not_its_words()
    {
        using var span = AutoDeployTracing.StartTrace(Guid.NewGuid(), "test")!;
        span.Fail(new InvalidOperationException("password=secret"));
        Assert.Equal(("System.InvalidOperationException", null), (span.GetTagItem(TraceTags.ErrorType), span.StatusDescription));
        span.Fail(new OperationCanceledException());
        Assert.Equal("canceled", span.GetTagItem(TraceTags.ErrorType));
    }

    [Fact]
    public void What_waits_is_measured_by_kind_and_engine()
    {
        var engine = $"engine-{Guid.NewGuid():n}";
        QueueLengths.SetDeployments(engine, 3);
        QueueLengths.SetBuilds(2);
        var seen = new List<(long Value, object? Kind, object? Engine)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, to) =>
        {
            if (instrument.Name == "autodeploy.queue.length")
                to.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>(
            (_, value, tags, _) =>
            {
                var all = tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value);
                seen.Add((value, all["kind"], all.GetValueOrDefault("engine")));
            }
        );
        listener.Start();
        AutoDeployMetrics.RecordBegan(_deployment);
        listener.RecordObservableInstruments();
        Assert.Contains((3L, "deployments", engine), seen);
        Assert.Contains(seen, one => Equals(one.Kind, "builds"));
        QueueLengths.SetDeployments(engine, 0);
    }

    private Verdict CreateVerdict(VerdictKind kind, Guid? deploymentId) =>
        new()
        {
            Uuid = Guid.NewGuid(),
            PushId = Guid.NewGuid(),
            ServiceId = _deployment.ServiceId,
            Kind = kind,
            Reason = VerdictReasons.New,
            Detail = "",
            DeploymentId = deploymentId,
            Received = default,
        };
}
