using System.Text.Json.Nodes;
using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>What a collector, and Prometheus, get to know of a push on all its way.</summary>
[Collection(TestEnvironment.SteeringCollectionName)]
public class TelemetryTests(TestEnvironment environment)
{
    [Fact]
    public async Task The_way_of_a_push_is_its_trace_and_that_of_the_deployment()
    {
        await using var collector = await OtlpReceiver.Start();
        await using var app = await AutoDeployProcess.Start(
            environment.Docker.Host,
            environment: collector.Environment,
            cluster: ClusterShape.OneProcess
        );
        var service = await environment.CreateRunningService("traced", app: app);
        var hook = new Uri(
            (string)(await app.Call(HttpMethod.Post, "/api/app/v1/hook/", new { sender = "registry" }))["url"]!
        ).AbsolutePath;
        var digest = await TestImage.HealthyWeb("v2").Push(environment.QuietRegistry, service.Name, "latest");
        await app.Call(HttpMethod.Post, hook, Event(service.Name, digest));
        var action = await service.WaitForDeployment();
        var push = (string)(await service.WaitForVerdicts(1))[0]!["push"]!["uuid"]!;
        var deployment = (string)action["uuid"]!;
        await Eventually.Until(() => Of(deployment).Any(s => s.Name == "deployment redeploy"), "the deployment's span has ended");

        // hook and fan-out: the push's uuid is the trace
        var received = Assert.Single(Of(push), s => s.Name == "POST /hooks/{sender}/{key}");
        Assert.Equal(
            ("", push, "registry", "new", "202"),
            (
                received.Parent,
                received.Attributes["autodeploy.push.uuid"],
                received.Attributes["autodeploy.sender"],
                received.Attributes["autodeploy.result"],
                received.Attributes["http.response.status_code"]
            )
        );
        var fanOut = Assert.Single(Of(push), s => s.Name == "fan out");
        Assert.Equal("done", fanOut.Attributes["autodeploy.result"]);
        var offer = Assert.Single(Of(push), s => s.Name == "offer" && s.Parent == fanOut.SpanId);
        Assert.Equal(("1", "1"), (offer.Attributes["autodeploy.services"], offer.Attributes["autodeploy.verdicts.deploy"]));
        Assert.Equal([Trace(deployment)], offer.Links);

        // the deployment, its steps and what they ask the engine: its uuid is the trace, linked to the push's
        var whole = Assert.Single(Of(deployment), s => s.Parent.Length == 0);
        Assert.Equal([Trace(push)], whole.Links);
        Assert.Equal(
            (service.Uuid, push, "push", "success"),
            (
                whole.Attributes["autodeploy.service.uuid"],
                whole.Attributes["autodeploy.push.uuid"],
                whole.Attributes["autodeploy.cause"],
                whole.Attributes["autodeploy.result"]
            )
        );
        Assert.Equal(
            ["wait", "resolve", "pull", "replace", "retire", "clean_up"],
            Of(deployment).Where(s => s.Parent == whole.SpanId && !s.Name.Contains(' ', StringComparison.Ordinal)).Select(s => s.Name)
        );
        foreach (
            var (step, operation) in (IEnumerable<(string, string)>)
                [
                    ("resolve", "registry HEAD"),
                    ("pull", "docker pull"),
                    ("replace", "docker create"),
                    ("replace", "docker start"),
                    ("retire", "docker remove"),
                ]
        )
            Assert.Contains(Of(deployment), s => s.Name == operation && s.Parent == Of(deployment).Single(p => p.Name == step).SpanId);
        Assert.DoesNotContain(Of(deployment), s => s.Name is "wait" or "resolve" or "pull" or "replace" or "retire" && s.Failed);

        // and what is asked of the database on the way
        var recorded = Assert.Single(Of(push), s => s.Name == "sql record_pushes");
        Assert.Equal(
            ("sqlite", "record_pushes", received.SpanId),
            (recorded.Attributes["db.system.name"], recorded.Attributes["db.operation.name"], recorded.Parent)
        );
        Assert.Contains(Of(deployment), s => s.Name == "sql update_deployment");

        // the log line of its end has the ids, and the console does not show them
        await Eventually.Until(
            () => collector.Logs.Any(l => l.Attributes.GetValueOrDefault("autodeploy.deployment.uuid") == deployment),
            "the log came"
        );
        var ended = Assert.Single(collector.Logs, l => l.Attributes.GetValueOrDefault("autodeploy.deployment.uuid") == deployment);
        Assert.Equal((Trace(deployment), service.Uuid), (ended.TraceId, ended.Attributes["autodeploy.service.uuid"]));
        await Eventually.Until(() => app.Output.Contains(ended.Body, StringComparison.Ordinal), "the console shows it");
        Assert.DoesNotContain("autodeploy.push.uuid", app.Output, StringComparison.Ordinal);

        var metrics = new MetricsText(await app.Http.GetStringAsync("/metrics"));
        Assert.Equal(1, metrics.Samples["autodeploy_deployments_total{cause=\"push\",operation=\"redeploy\",result=\"success\"}"]);
        Assert.Equal(1, metrics.Samples["autodeploy_deployments_total{cause=\"person\",operation=\"start\",result=\"success\"}"]);
        Assert.Equal(1, metrics.Samples["autodeploy_deployment_duration_seconds_count{operation=\"redeploy\",result=\"success\"}"]);
        Assert.Equal(1, metrics.Samples["autodeploy_verdicts_total{kind=\"deploy\",reason=\"new\"}"]);
        Assert.Equal(2, metrics.Samples["autodeploy_deployment_step_duration_seconds_count{result=\"success\",step=\"pull\"}"]);
        Assert.Equal(0, metrics.Samples["autodeploy_deployments_active"]);
        Assert.True(metrics.Sum("autodeploy_engine_operation_duration_seconds_count", "operation=\"pull\"", "result=\"ok\"") > 0);
        Assert.DoesNotContain(
            metrics.Samples.Keys,
            name => name.Contains(service.Name, StringComparison.Ordinal) || name.Contains(service.Uuid, StringComparison.Ordinal)
        );

        IReadOnlyList<OtlpSpan> Of(string uuid) => [.. collector.Spans.Where(s => s.TraceId == Trace(uuid))];
    }

    [Fact]
    public async Task A_step_that_fails_and_a_process_that_dies_show()
    {
        await using var collector = await OtlpReceiver.Start();
        await using var app = await AutoDeployProcess.Start(
            environment.Docker.Host,
            environment: collector.Environment,
            cluster: ClusterShape.OneProcess
        );
        var service = await environment.CreateRunningService("dies", new { prove_timeout = 10 }, app: app);
        var hook = new Uri(
            (string)(await app.Call(HttpMethod.Post, "/api/app/v1/hook/", new { sender = "registry" }))["url"]!
        ).AbsolutePath;
        var digest = await TestImage.HealthyOnFile("v2").Push(environment.QuietRegistry, service.Name, "latest");
        await app.Call(HttpMethod.Post, hook, Event(service.Name, digest));
        var deployment = (string)(await service.WaitForStep("replace"))["uuid"]!;
        await app.Kill();
        await app.Start();
        var action = await service.WaitForJudgement();
        Assert.Equal("Failed", (string)action["state"]!);
        await Eventually.Until(
            () => collector.Spans.Any(s => s.Name == "deployment redeploy" && s.TraceId == Trace(deployment)),
            "the deployment's span has ended"
        );

        var whole = Assert.Single(collector.Spans, s => s.Name == "deployment redeploy" && s.TraceId == Trace(deployment));
        Assert.True(whole.Failed);
        Assert.Equal(("true", "failed"), (whole.Attributes["autodeploy.resumed"], whole.Attributes["autodeploy.result"]));
        var steps = collector
            .Spans.Where(s => s.Parent == whole.SpanId && s.Attributes.ContainsKey("autodeploy.result"))
            .ToDictionary(s => s.Name, s => s.Attributes.GetValueOrDefault("autodeploy.result"));
        Assert.Equal(("failed", "success"), (steps["replace"], steps["back"]));
        var metrics = new MetricsText(await app.Http.GetStringAsync("/metrics"));
        Assert.Equal(1, metrics.Samples["autodeploy_deployments_total{cause=\"push\",operation=\"redeploy\",result=\"failed\"}"]);
        Assert.Equal(1, metrics.Samples["autodeploy_deployment_step_duration_seconds_count{result=\"failed\",step=\"replace\"}"]);
    }

    private static string Trace(string uuid) => uuid.Replace("-", "", StringComparison.Ordinal);

    private JsonObject Event(string repository, string digest) =>
        new()
        {
            ["events"] = new JsonArray(
                new JsonObject
                {
                    ["id"] = Guid.NewGuid().ToString(),
                    ["action"] = "push",
                    ["target"] = new JsonObject
                    {
                        ["mediaType"] = "application/vnd.docker.distribution.manifest.v2+json",
                        ["digest"] = digest,
                        ["repository"] = repository,
                        ["tag"] = "latest",
                    },
                    ["request"] = new JsonObject { ["host"] = environment.Registry.Host },
                }
            ),
        };
}
