using System.Text.Json;

namespace AutoDeploy.Api.Tests;

/// <summary>Deployment windows, freezes and approvals as they are set and shown.</summary>
[Collection("server")]
public sealed class HoldingTests(ApiServer server)
{
    private const string Organization = "/api/app/v1/organization/default/";

    [Fact]
    public async Task A_service_shows_what_was_set_and_null_sets_it_back()
    {
        var service = await server.CreateService(
            """
            "deploy_windows": [{"days": ["fri", "MON"], "from": "09:00", "to": "17:30", "timezone": "Europe/Berlin"}, {"from": "22:00",
              "to": "24:00"}],
            "frozen": " audit ", "approval": "required"
            """
        );
        var shown = (await server.Get(service)).Json;
        Assert.Equal(
            """[{"days":["mon","fri"],"from":"09:00","to":"17:30","timezone":"Europe/Berlin"},"""
                + """{"days":["mon","tue","wed","thu","fri","sat","sun"],"from":"22:00","to":"24:00","timezone":"UTC"}]""",
            shown.GetProperty("deploy_windows").GetRawText()
        );
        Assert.Equal(
            ("audit", "required", JsonValueKind.Null),
            (
                shown.GetProperty("frozen").GetString(),
                shown.GetProperty("approval").GetString(),
                shown.GetProperty("held_version").ValueKind
            )
        );

        // what was read can be sent back
        Assert.Equal(
            200,
            (await server.Patch(service, $$"""{"deploy_windows": {{shown.GetProperty("deploy_windows").GetRawText()}}}""")).Status
        );
        shown = (await server.Patch(service, """{"deploy_windows": null, "frozen": null, "approval": null}""")).Json;
        Assert.Equal(
            (0, JsonValueKind.Null, "none"),
            (
                shown.GetProperty("deploy_windows").GetArrayLength(),
                shown.GetProperty("frozen").ValueKind,
                shown.GetProperty("approval").GetString()
            )
        );
        Assert.True(shown.GetProperty("synchronized").GetBoolean());
    }

    [Fact]
    public async Task An_organization_is_frozen_by_name_or_uuid()
    {
        var before = await server.Get(Organization);
        Assert.Equal(200, before.Status);
        var uuid = before.Json.GetProperty("uuid").GetString()!;
        Assert.Equal(
            ("default", Organization),
            (before.Json.GetProperty("name").GetString(), before.Json.GetProperty("resource_uri").GetString())
        );
        try
        {
            var changed = await server.Patch(
                $"/api/app/v1/default/organization/{uuid}/",
                """{"frozen": "audit", "deploy_windows": [{"from": "09:00", "to": "17:00"}]}"""
            );
            Assert.Equal(
                (200, "audit", 1),
                (
                    changed.Status,
                    changed.Json.GetProperty("frozen").GetString(),
                    changed.Json.GetProperty("deploy_windows").GetArrayLength()
                )
            );
            Assert.Equal(changed.Text, (await server.Patch(Organization, "{}")).Text);
            Assert.Equal(changed.Text, (await server.Get(Organization)).Text);

            var (status, error) = await Create("");
            Assert.Equal(409, status);
            Assert.Contains("The organization is frozen: audit.", error, StringComparison.Ordinal);
        }
        finally
        {
            Assert.Equal(before.Text, (await server.Patch(Organization, """{"frozen": null, "deploy_windows": []}""")).Text);
        }
    }

    [Fact]
    public async Task In_a_freeze_nothing_is_started_for_the_first_time_unless_by_force()
    {
        var (status, error) = await Create(
            """
            , "frozen": "audit"
            """
        );
        Assert.Equal(409, status);
        Assert.Contains("The service is frozen: audit.", error, StringComparison.Ordinal);
        Assert.Contains("force=true", error, StringComparison.Ordinal);

        var service = await server.CreateService("\"frozen\": \"audit\"", image: "registry.acme.test/frozen:1");
        var refused = await server.Post(service + "start/");
        Assert.Equal((409, "Not running"), (refused.Status, refused.Json.GetProperty("state").GetString()));
        Assert.Contains("?force=true", refused.Error, StringComparison.Ordinal);
        var forced = await server.Post(service + "start/?force=true");
        Assert.Equal(202, forced.Status);
        var action = await server.Get(forced.Headers["X-DockerCloud-Action-URI"]);
        Assert.EndsWith("(forced)", action.Json.GetProperty("cause").GetProperty("text").GetString(), StringComparison.Ordinal);

        // force that was not needed is not on record
        var free = await server.CreateService(image: "registry.acme.test/frozen:1");
        action = await server.Get((await server.Post(free + "start/?force=true")).Headers["X-DockerCloud-Action-URI"]);
        Assert.DoesNotContain("forced", action.Json.GetProperty("cause").GetProperty("text").GetString()!, StringComparison.Ordinal);
        Assert.Equal(202, (await server.Delete(await server.CreateService("\"frozen\": \"audit\""))).Status);
    }

    [Fact]
    public async Task A_verdict_that_is_not_held_cannot_be_approved()
    {
        var image = $"registry.acme.test/{server.CreateName("judged")}";
        var service = await server.CreateService(image: image + ":1");
        var hook = await server.CreateHook("image");
        await server.Send(
            "POST",
            new Uri(hook.GetProperty("url").GetString()!).AbsolutePath,
            System.Text.Encoding.UTF8.GetBytes($$"""{"image": "{{image}}:1"}"""),
            null,
            ""
        );
        await server.Settle();
        var verdict = (await server.Get(service + "verdict/")).Json.GetProperty("objects")[0];
        var uri = verdict.GetProperty("resource_uri").GetString()!;
        Assert.Equal(verdict.GetRawText(), (await server.Get(uri)).Text);
        var refused = await server.Post(uri + "approve/");
        Assert.Equal(409, refused.Status);
        Assert.Contains("Autoredeploy is off", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_crash_the_ledger_knows_what_is_held()
    {
        var first = new ApiServer();
        await first.InitializeAsync();
        var image = "registry.acme.test/crashed:1";
        var service = await first.CreateService("\"autoredeploy\": true", image);
        await first.Post(service + "start/");
        await first.Patch(service, """{"frozen": "audit", "approval": "required"}""");
        var hook = await first.CreateHook("image");
        await first.Send(
            "POST",
            new Uri(hook.GetProperty("url").GetString()!).AbsolutePath,
            System.Text.Encoding.UTF8.GetBytes($$"""{"image": "{{image}}"}"""),
            null,
            ""
        );
        await first.Settle();
        Assert.Equal("approval", Held(await first.Get(service)).GetProperty("reason").GetString());

        // as if the process had been killed after the ledger's write and before the service's
        var uuid = Guid.Parse(service.Split('/')[^2]);
        var verdict = (await first.Ledger.ListVerdicts(uuid, 1, 0, default)).Items[0].Verdict with
        {
            ApprovedBy = "ida",
            Reason = "frozen",
        };
        Assert.True(await first.Ledger.ReplaceDecision(verdict, null, null, default));
        Assert.Equal("approval", Held(await first.Get(service)).GetProperty("reason").GetString());
        await first.Stop();

        var second = await ApiServer.Start(first.Data);
        second.Token = first.Token;
        Assert.Equal("frozen", Held(await second.Get(service)).GetProperty("reason").GetString());
        Assert.True(await second.Ledger.ReplaceDecision(verdict with { Kind = Services.VerdictKind.Skip }, null, null, default));
        await second.Stop();

        await using var third = await ApiServer.Start(first.Data);
        third.Token = first.Token;
        Assert.Equal(JsonValueKind.Null, Held(await third.Get(service)).ValueKind);

        static JsonElement Held(ApiResponse apiResponse) => apiResponse.Json.GetProperty("held_version");
    }

    /// <summary>Creates and starts a service, which is refused: there is none then.</summary>
    private async Task<(int Status, string Error)> Create(string members)
    {
        var name = server.CreateName();
        var apiResponse = await server.Post(
            "/api/app/v1/service/?start=true",
            $$"""{"image": "acme/api", "name": "{{name}}"{{members}} }"""
        );
        Assert.Equal(
            0,
            (await server.Get("/api/app/v1/service/?name=" + name)).Json.GetProperty("meta").GetProperty("total_count").GetInt32()
        );
        return (apiResponse.Status, apiResponse.Error);
    }
}
