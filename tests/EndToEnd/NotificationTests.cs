using System.Globalization;
using System.Text.Json.Nodes;
using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>What happens is told to those outside, whatever happens to us meanwhile.</summary>
[Collection(TestEnvironment.WaitingCollectionName)]
public class NotificationTests(TestEnvironment environment)
{
    [Fact]
    public async Task A_push_is_told_live_and_to_a_webhook_and_nothing_of_it_is_lost_when_the_process_is_killed()
    {
        await using var receiver = await HttpReceiver.Start(_ => 503);
        var service = await environment.CreateRunningService("told");
        var notification = await environment.App.Call(
            HttpMethod.Post,
            "/api/app/v1/notification/",
            new
            {
                type = "webhook",
                url = receiver.Url,
                services = new[] { service.Name },
                events = new[] { "started", "succeeded", "failed" },
            }
        );
        var seen = new List<(long Id, JsonNode Data)>();
        using (var live = await Listen())
        {
            await service.Push(TestImage.HealthyWeb("v2"));

            // the first message was refused, and the deployment may be anywhere
            await Eventually.Until(() => receiver.All.Count > 0);
            while (!seen.Any(e => (string)e.Data["type"]! == "action"))
                seen.Add(await Next(live));
            await environment.App.Kill();
        }

        receiver.Answer = _ => 200;
        await environment.App.Start();
        var action = await service.WaitForDeployment();

        var told = await receiver.WaitForCount(2);
        Assert.Equal(
            [$"started_{Guid.Parse((string)action["uuid"]!):N}", $"succeeded_{Guid.Parse((string)action["uuid"]!):N}"],
            told.Select(r => r.Headers["webhook-id"]).Distinct()
        );
        Assert.Contains($"{service.Name}: redeploy to", (string)told[^1].Json["data"]!["text"]!, StringComparison.Ordinal);

        // on from where the connection broke, to where it is over
        var first = seen[0].Id;
        using (var rest = await Listen(seen[^1].Id))
            while (
                !seen.SkipWhile(e => ((string)e.Data["uuid"]!, (string)e.Data["state"]!) != ((string)action["uuid"]!, "Success"))
                    .Any(e => ((string)e.Data["uuid"]!, (string)e.Data["state"]!) == (service.Uuid, "Running"))
            )
                seen.Add(await Next(rest));
        using var all = await Listen(first - 1);
        foreach (var (id, _) in seen)
            Assert.Equal(id, (await Next(all)).Id);

        var states = seen.Where(e => (string)e.Data["uuid"]! == (string)action["uuid"]!).Select(e => (string)e.Data["state"]!).ToList();
        Assert.Equal(["Pending", "In progress", "Success"], states.Distinct());
        Assert.Contains(
            seen,
            e => ((string)e.Data["type"]!, (string)e.Data["action"]!, (string)e.Data["state"]!) == ("container", "create", "Running")
        );
        Assert.Contains(
            seen,
            e => ((string)e.Data["type"]!, (string)e.Data["action"]!, (string)e.Data["state"]!) == ("container", "delete", "Terminated")
        );
        Assert.Contains(seen, e => (string)e.Data["type"]! == "push" && (string)e.Data["object"]!["tag"]! == "latest");
        await environment.App.Call(HttpMethod.Delete, (string)notification["resource_uri"]!);
    }

    [Fact]
    public async Task A_failure_is_mailed_and_open_streams_do_not_hold_up_the_end()
    {
        await using var mail = new SmtpServer();
        await using var app = await AutoDeployProcess.Start(
            environment.Docker.Host,
            environment: new Dictionary<string, string>
            {
                ["AUTODEPLOY_SMTP_URL"] = $"smtp://127.0.0.1:{mail.Port}",
                ["AUTODEPLOY_SMTP_FROM"] = "deploy@acme.test",
                ["AUTODEPLOY_URL"] = "https://deploy.acme.test",
            }
        );
        await app.Call(HttpMethod.Post, "/api/app/v1/notification/", new { type = "email", to = new[] { "ops@acme.test" } });
        var service = await app.Call(HttpMethod.Post, "/api/app/v1/service/", new { name = "mailed", image = "127.0.0.1:1/nothing:1" });
        await app.Call(HttpMethod.Post, (string)service["resource_uri"]! + "start/");

        await Eventually.Until(() => mail.Mails.Count > 0);

        var received = Assert.Single(mail.Mails);
        Assert.Equal("AutoDeploy: mailed: start failed", received.Header("Subject"));
        Assert.Contains("https://deploy.acme.test/api/audit/v1/action/", received.Body, StringComparison.Ordinal);
        using var stream = await app.Http.GetStreamAsync(new Uri("/api/audit/v1/events", UriKind.Relative));
        Assert.Equal(0, await app.Stop());
    }

    private async Task<StreamReader> Listen(long? after = null) =>
        new(
            await environment.App.Http.GetStreamAsync(
                new Uri(after is null ? "/api/audit/v1/events" : $"/api/audit/v1/events?last_event_id={after}", UriKind.Relative)
            )
        );

    private static async Task<(long Id, JsonNode Data)> Next(StreamReader reader)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var id = 0L;
        while (await reader.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal))
                id = long.Parse(line[4..], CultureInfo.InvariantCulture);
            if (line.StartsWith("event: reset", StringComparison.Ordinal))
                Assert.Fail("Something was missed.");
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                return (id, JsonNode.Parse(line[6..])!);
        }

        throw new InvalidOperationException("The stream has ended.");
    }
}
