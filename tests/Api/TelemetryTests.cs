using System.Net;
using AutoDeploy.Testing;

namespace AutoDeploy.Api.Tests;

/// <summary>What a process tells of itself, seen from outside. It needs no Docker engine.</summary>
public sealed class TelemetryTests
{
    private const string NoEngine = "unix:///nowhere/docker.sock";

    private static readonly Dictionary<string, string> Public = new() { ["AUTODEPLOY_METRICS"] = "public" };

    [Fact]
    public async Task Metrics_are_for_who_has_the_token()
    {
        await using var app = await AutoDeployProcess.Start(NoEngine);
        new MetricsText(await app.Http.GetStringAsync("/metrics")).ToString();
        app.Http.DefaultRequestHeaders.Authorization = null;
        using var answer = await app.Http.GetAsync("/metrics");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Metrics_are_for_all_where_that_is_set()
    {
        await using var app = await AutoDeployProcess.Start(NoEngine, environment: Public);
        app.Http.DefaultRequestHeaders.Authorization = null;
        using var answer = await app.Http.GetAsync("/metrics");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("gauge", new MetricsText(await answer.Content.ReadAsStringAsync()).Types["dotnet_process_memory_working_set_bytes"]);
        using var other = await app.Http.GetAsync("/api/app/v1/service/");
        Assert.Equal(HttpStatusCode.Unauthorized, other.StatusCode);
    }

    [Theory]
    [InlineData("AUTODEPLOY_METRICS", "yes", "expected \"public\"")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317", "expected one such as http://localhost:4317")]
    [InlineData("OTEL_TRACES_EXPORTER", "zipkin", "expected \"otlp\" or \"none\"")]
    public async Task A_setting_that_makes_no_sense_ends_in_a_sentence(string name, string value, string sentence)
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            AutoDeployProcess.Start(NoEngine, environment: new Dictionary<string, string> { [name] = value })
        );
        Assert.Contains("code 1", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"AutoDeploy cannot start: {name} is ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(sentence, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pushes_and_verdicts_are_counted()
    {
        await using var app = await AutoDeployProcess.Start(NoEngine);
        var hook = new Uri(
            (string)(await app.Call(HttpMethod.Post, "/api/app/v1/hook/", new { sender = "registry" }))["url"]!
        ).AbsolutePath;
        for (var i = 0; i < 2; i++)
            await app.Call(
                HttpMethod.Post,
                "/api/app/v1/service/",
                new { name = $"quiet{i}", image = "reg.acme.test:5000/acme/api:latest" }
            );
        await app.Call(HttpMethod.Post, hook, RegistrySamples.Registry(RegistrySamples.Event("id-1", "acme/api", "latest")));
        await app.Call(HttpMethod.Post, hook, RegistrySamples.Registry(RegistrySamples.Event("id-1", "acme/api", "latest")));
        await app.Send(HttpMethod.Post, hook, "{");
        await app.Send(HttpMethod.Post, hook + "x", "{}");
        await app.Send(HttpMethod.Post, "/hooks/nobody/" + Guid.NewGuid(), "{}");

        MetricsText metrics = null!;
        await Eventually.Until(
            async () => (metrics = new MetricsText(await app.Http.GetStringAsync("/metrics"))).Sum("autodeploy_verdicts_total") == 2,
            "both have their verdicts"
        );
        Assert.Equal(2, metrics.Samples["autodeploy_verdicts_total{kind=\"skip\",reason=\"autoredeploy_off\"}"]);
        Assert.Equal(1, metrics.Samples["autodeploy_pushes_total{result=\"new\",sender=\"registry\"}"]);
        Assert.Equal(1, metrics.Samples["autodeploy_pushes_total{result=\"repeat\",sender=\"registry\"}"]);
        Assert.Equal(1, metrics.Samples["autodeploy_pushes_total{result=\"unreadable\",sender=\"registry\"}"]);
        Assert.Equal(2, metrics.Samples["autodeploy_pushes_total{result=\"unknown\",sender=\"unknown\"}"]);
        Assert.Equal(1, metrics.Samples["autodeploy_hook_duration_seconds_count{sender=\"registry\",status=\"202\"}"]);
        Assert.Equal(1, metrics.Samples["autodeploy_hook_duration_seconds_count{sender=\"registry\",status=\"200\"}"]);
        Assert.Equal(1, metrics.Samples["autodeploy_hook_duration_seconds_count{sender=\"registry\",status=\"400\"}"]);
        Assert.Equal(2, metrics.Samples["autodeploy_hook_duration_seconds_count{sender=\"unknown\",status=\"404\"}"]);
        Assert.Equal(5, metrics.Sum("http_server_request_duration_seconds_count", "http_route=\"/hooks/{sender}/{key}\""));
    }

    [Fact]
    public async Task No_secret_is_exported()
    {
        await using var collector = await OtlpReceiver.Start();
        await using var app = await AutoDeployProcess.Start(
            NoEngine,
            environment: new Dictionary<string, string>(collector.Environment) { ["Logging__LogLevel__Microsoft.AspNetCore"] = "Trace" }
        );
        var hook = new Uri(
            (string)(await app.Call(HttpMethod.Post, "/api/app/v1/hook/", new { sender = "registry", secret = "hook-secret" }))["url"]!
        ).AbsolutePath;
        await app.Call(
            HttpMethod.Post,
            "/api/app/v1/registry/",
            new
            {
                host = "127.0.0.1:1",
                username = "u",
                password = "registry-secret",
            }
        );
        await app.Call(
            HttpMethod.Post,
            "/api/app/v1/githost/",
            new
            {
                host = "127.0.0.1:1",
                username = "u",
                password = "git-secret",
            }
        );
        await app.Call(
            HttpMethod.Post,
            "/api/app/v1/notification/",
            new
            {
                type = "webhook",
                url = "http://127.0.0.1:1/url-secret",
                secret = "signing-secret",
            }
        );
        var service = (string)
            (
                await app.Call(
                    HttpMethod.Post,
                    "/api/app/v1/service/",
                    new
                    {
                        name = "told",
                        image = "127.0.0.1:1/acme/api:latest",
                        autoredeploy = true,
                        container_envvars = new[] { new { key = "A", value = "env-secret" } },
                    }
                )
            )["resource_uri"]!;
        await app.Call(
            HttpMethod.Post,
            "/api/app/v1/service/",
            new { name = "built", git_repository = new { url = "http://127.0.0.1:1/acme/shop", branch = "main" } }
        );
        var trigger = (string)(await app.Call(HttpMethod.Post, service + "trigger/", new { }))["url"]!;
        await app.Send(HttpMethod.Post, trigger, "body-secret");
        await app.Send(HttpMethod.Post, service + "start/");
        var delivery = RegistrySamples.Registry(RegistrySamples.Event("id-1", "acme/api", "latest", host: "127.0.0.1:1", digest: null));
        foreach (var secret in (string[])["hook-secret", "wrong-secret"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, hook) { Content = new StringContent(delivery) };
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + secret);
            using var answer = await app.Http.SendAsync(request);
        }

        await app.Send(HttpMethod.Post, hook, "{");
        await app.Send(HttpMethod.Get, hook + "?payload=query-secret");
        await Eventually.Until(
            () =>
                collector.Spans.Any(s => s.Name == "registry HEAD")
                && collector.Logs.Any(l => l.Attributes.ContainsKey("autodeploy.push.uuid")),
            "the push was looked at"
        );
        await app.Stop();

        // all signals came, and with what they are for
        Assert.Equal(["/v1/logs", "/v1/metrics", "/v1/traces"], collector.Paths.Order(StringComparer.Ordinal));
        Assert.Contains(collector.Spans, s => s.Name == "POST /hooks/{sender}/{key}" && s.Attributes["autodeploy.sender"] == "registry");
        Assert.Contains(collector.Spans, s => s.Name == "registry HEAD" && s.Failed);
        Assert.Contains("autodeploy.pushes", collector.Metrics);
        Assert.Contains(collector.Logs, l => l.Attributes.ContainsKey("autodeploy.push.uuid"));
        Assert.Equal("autodeploy-of-the-tests", collector.Resource["service.name"]);
        Assert.Equal("tests", collector.Resource["deployment.environment.name"]);
        foreach (
            var secret in (string[])
                [
                    AutoDeployProcess.Token,
                    hook.Split('/')[^1],
                    trigger.Split('/')[^3],
                    "hook-secret",
                    "wrong-secret",
                    "registry-secret",
                    "git-secret",
                    "url-secret",
                    "signing-secret",
                    "env-secret",
                    "body-secret",
                    "query-secret",
                ]
        )
            Assert.DoesNotContain(secret, collector.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_what_is_asked_for_is_exported()
    {
        await using var collector = await OtlpReceiver.Start();
        await using var app = await AutoDeployProcess.Start(
            NoEngine,
            environment: new Dictionary<string, string>
            {
                ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = collector.Endpoint + "/v1/traces",
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "50",
            }
        );
        await app.Get("/api/app/v1/service/");
        await Eventually.Until(() => collector.Spans.Count > 0, "the request's span came");
        await app.Stop();
        Assert.Equal(["/v1/traces"], collector.Paths);
        Assert.Contains(collector.Spans, s => s.Name == "GET /api/app/v1/service/" && s.Attributes["http.response.status_code"] == "200");
        Assert.Equal("autodeploy", collector.Resource["service.name"]);
    }
}
