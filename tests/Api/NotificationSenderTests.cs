using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AutoDeploy.Deployments;
using AutoDeploy.Services;
using AutoDeploy.Testing;

namespace AutoDeploy.Api.Tests;

/// <summary>Telling somebody outside: each thing at least once, in order, whatever happens to them or to us.</summary>
public sealed class NotificationSenderTests : IAsyncLifetime
{
    private HttpReceiver _receiver = null!;
    private readonly ShiftedClock _time = new();
    private ApiServer _server = null!;
    private Guid _serviceId;

    public async Task InitializeAsync()
    {
        _receiver = await HttpReceiver.Start();
        _server = await ApiServer.Start(options: new ApiOptions { Url = "https://deploy.acme.test" }, time: _time);
        _serviceId = Guid.Parse((await _server.CreateService(name: "web")).Split('/')[^2]);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task A_webhook_is_told_what_happened_and_why()
    {
        await New(new { type = "webhook", url = _receiver.Url });
        var deployment = await Fail("It exited with code 3.");

        var receivedRequest = Assert.Single(await _receiver.WaitForCount(1));

        Assert.Equal("application/json", receivedRequest.Headers["Content-Type"]);
        Assert.Equal($"failed_{deployment.Uuid:N}", receivedRequest.Headers["webhook-id"]);
        Assert.False(receivedRequest.Headers.ContainsKey("webhook-signature"));
        Assert.Equal("failed", (string)receivedRequest.Json["type"]!);
        var data = receivedRequest.Json["data"]!;
        Assert.Equal(
            "web: redeploy to acme/api:1.2 (bbbbbbbbbbbb) failed: It exited with code 3 (push of acme/api:1.2 by ida, told by registry).",
            (string)data["text"]!
        );
        Assert.Equal(
            ("web", _serviceId.ToString(), deployment.Uuid.ToString()),
            ((string)data["service"]!, (string)data["service_uuid"]!, (string)data["action"]!)
        );
        Assert.Equal($"https://deploy.acme.test/api/audit/v1/action/{deployment.Uuid}/", (string)data["link"]!);
        Assert.Equal("It exited with code 3.", (string)data["result"]!);
    }

    [Theory]
    [InlineData("any text will do", null)]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    public async Task A_webhook_with_a_secret_is_signed(string secret, string? base64)
    {
        await New(
            new
            {
                type = "webhook",
                url = _receiver.Url,
                secret,
            }
        );
        await Fail("It did not start.");

        var receivedRequest = (await _receiver.WaitForCount(1))[0];

        // as Standard Webhooks says, by hand
        var key = base64 is null ? Encoding.UTF8.GetBytes(secret) : Convert.FromBase64String(base64);
        var signed = Encoding.UTF8.GetBytes(
            $"{receivedRequest.Headers["webhook-id"]}.{receivedRequest.Headers["webhook-timestamp"]}.{receivedRequest.Text}"
        );
        Assert.Equal("v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed)), receivedRequest.Headers["webhook-signature"]);
    }

    [Fact]
    public async Task Chats_get_one_sentence_with_a_link()
    {
        await using var discord = await HttpReceiver.Start();
        await New(new { type = "slack", url = _receiver.Url });
        await New(new { type = "discord", url = discord.Url });
        var deployment = await Fail("<!channel> & @everyone");

        var slack = (await _receiver.WaitForCount(1))[0].Json;
        var link = $"https://deploy.acme.test/api/audit/v1/action/{deployment.Uuid}/";
        Assert.Equal(
            "web: redeploy to acme/api:1.2 (bbbbbbbbbbbb) failed: &lt;!channel&gt; &amp; @everyone (push of acme/api:1.2 by ida, "
                + $"told by registry). {link}",
            (string)slack["text"]!
        );
        var message = (await discord.WaitForCount(1))[0].Json;
        Assert.Equal(
            "web: redeploy to acme/api:1.2 (bbbbbbbbbbbb) failed: <!channel> & @everyone (push of acme/api:1.2 by ida, told by "
                + $"registry). {link}",
            (string)message["content"]!
        );
        Assert.Empty(message["allowed_mentions"]!["parse"]!.AsArray());
    }

    [Fact]
    public async Task Only_what_was_asked_for_is_told_and_only_from_then_on()
    {
        await Fail("Before.");
        var other = Guid.Parse((await _server.CreateService()).Split('/')[^2]);
        await New(
            new
            {
                type = "webhook",
                url = _receiver.Url,
                events = new[] { "started", "succeeded", "canceled", "held" },
                services = new[] { "web" },
            }
        );
        await Fail("Not asked for.");
        await End(await Begin(other), DeploymentState.Success, "Another service.");
        var one = await End(await Begin(_serviceId), DeploymentState.Success, "It runs.");
        var two = await End(await Begin(_serviceId), DeploymentState.Canceled, "Superseded.");
        var held = new Verdict
        {
            Uuid = Guid.NewGuid(),
            PushId = Guid.NewGuid(),
            ServiceId = _serviceId,
            Kind = VerdictKind.Held,
            Reason = "window",
            Detail = "It is night.",
            Received = DateTimeOffset.UtcNow,
        };
        await _server.Ledger.Decide(held, null, null, default);

        var received = await _receiver.WaitForCount(6);

        var failedOne = received[0].Headers["webhook-id"];
        Assert.StartsWith("started_", failedOne, StringComparison.Ordinal);
        Assert.Equal(
            [$"started_{one.Uuid:N}", $"succeeded_{one.Uuid:N}", $"started_{two.Uuid:N}", $"canceled_{two.Uuid:N}", $"held_{held.Uuid:N}"],
            received.Skip(1).Select(r => r.Headers["webhook-id"])
        );
        Assert.Equal("web: a version is held: It is night.", (string)received[5].Json["data"]!["text"]!);
    }

    [Fact]
    public async Task What_was_not_taken_comes_again_and_what_is_behind_it_waits()
    {
        var refuse = true;
        _receiver.Answer = _ => Volatile.Read(ref refuse) ? 500 : 200;
        var uri = await New(
            new
            {
                type = "webhook",
                url = _receiver.Url,
                secret = "s",
            }
        );
        var one = await Fail("One.");
        await Eventually.Until(async () => (await _server.Get(uri)).Json.GetProperty("failed_attempts").GetInt32() > 1);
        var failing = (await _server.Get(uri)).Json;
        Assert.Equal("The answer was 500; expected a status from 200 to 299.", failing.GetProperty("last_error").GetString());
        Assert.NotNull(failing.GetProperty("next_attempt_datetime").GetString());
        var two = await Fail("Two.");
        Volatile.Write(ref refuse, false);

        var taken = await _receiver.WaitForCount(2);

        Assert.Equal([$"failed_{one.Uuid:N}", $"failed_{two.Uuid:N}"], taken.Select(r => r.Headers["webhook-id"]));
        Assert.All(_receiver.All.Where(r => r.Status == 500), r => Assert.Equal($"failed_{one.Uuid:N}", r.Headers["webhook-id"]));
        await Eventually.Until(async () => (await _server.Get(uri)).Json.GetProperty("failed_attempts").GetInt32() == 0);
        var healthy = (await _server.Get(uri)).Json;
        Assert.Equal(JsonValueKind.Null, healthy.GetProperty("last_error").ValueKind);
        Assert.NotNull(healthy.GetProperty("delivered_datetime").GetString());
        Assert.Equal(0, healthy.GetProperty("given_up").GetInt64());
    }

    [Fact]
    public async Task What_was_not_taken_when_the_process_ended_is_told_after_its_next_start()
    {
        _receiver.Answer = _ => 503;
        await New(new { type = "webhook", url = _receiver.Url });
        var deployments = new List<Deployment>();
        for (var i = 0; i < 3; i++)
            deployments.Add(await Fail($"{i}."));
        await Eventually.Until(() => _receiver.All.Count > 0);
        await _server.Stop();

        _receiver.Answer = _ => 200;
        _server = await ApiServer.Start(_server.Data);

        Assert.Equal(deployments.Select(d => $"failed_{d.Uuid:N}"), (await _receiver.WaitForCount(3)).Select(r => r.Headers["webhook-id"]));
    }

    [Fact]
    public async Task One_who_does_not_answer_holds_up_nobody_else()
    {
        // so many that one after the other they would take longer than anybody waits here
        await using var silent = await HttpReceiver.Start(_ => 0);
        for (var i = 0; i < 20; i++)
            await New(new { type = "webhook", url = silent.Url });
        await Fail("One.");
        await Eventually.Until(() => silent.All.Count >= 20);
        await New(new { type = "webhook", url = _receiver.Url });
        await Fail("Two.");

        await _receiver.WaitForCount(1);

        Assert.Empty(silent.Taken);
    }

    [Fact]
    public async Task After_a_day_in_vain_what_is_old_is_given_up_and_what_is_new_is_told()
    {
        _receiver.Answer = _ => 500;
        var uri = await New(new { type = "webhook", url = _receiver.Url });
        await Fail("One.");
        await Fail("Two.");
        await Eventually.Until(async () => (await _server.Get(uri)).Json.GetProperty("failed_attempts").GetInt32() > 0);

        _time.Ahead = TimeSpan.FromHours(25);
        var young = await Fail("Three.");
        await Eventually.Until(async () => (await _server.Get(uri)).Json.GetProperty("given_up").GetInt64() == 2);
        Assert.NotNull((await _server.Get(uri)).Json.GetProperty("last_error").GetString());

        // a change has it tried again at once
        _receiver.Answer = _ => 200;
        Assert.Equal(200, (await _server.Patch(uri, "{}")).Status);
        Assert.Equal($"failed_{young.Uuid:N}", Assert.Single(await _receiver.WaitForCount(1)).Headers["webhook-id"]);
    }

    private async Task<string> New(object body)
    {
        var apiResponse = await _server.Post("/api/app/v1/notification/", JsonSerializer.Serialize(body));
        Assert.True(apiResponse.Status == 201, apiResponse.Text);
        return apiResponse.Headers["Location"];
    }

    private async Task<Deployment> Fail(string why) => await End(await Begin(_serviceId), DeploymentState.Failed, why);

    private async Task<Deployment> Begin(Guid serviceId)
    {
        var deployment = new Deployment
        {
            Uuid = Guid.NewGuid(),
            ServiceId = serviceId,
            Operation = Operation.Redeploy,
            State = DeploymentState.InProgress,
            Cause = new DeploymentCause { Kind = CauseKind.Push, Text = "push of acme/api:1.2 by ida, told by registry" },
            Image = "docker.io/acme/api:1.2",
            Digest = "sha256:" + new string('b', 64),
            Created = _time.GetUtcNow(),
            Started = _time.GetUtcNow(),
        };
        await _server.Ledger.AddDeployment(deployment, default);
        return deployment;
    }

    private async Task<Deployment> End(Deployment deployment, DeploymentState state, string result)
    {
        deployment = deployment with { State = state, Result = result, Ended = _time.GetUtcNow() };
        await _server.Ledger.UpdateDeployment(deployment, default);
        return deployment;
    }
}
