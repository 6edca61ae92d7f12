namespace AutoDeploy.Api.Tests;

/// <summary>What pipelines announce and people ask for, as Qovery's clients do.</summary>
[Collection("server")]
public sealed class QoveryTests(ApiServer server)
{
    private const string Unknown = "7c1e3fb4-9f0d-4c27-8a4e-5a6b7c8d9e0f";

    [Fact]
    public async Task There_is_one_organization_and_it_stays_the_same()
    {
        var organization = Assert.Single((await server.Get("/organization")).Json.GetProperty("results").EnumerateArray());
        Assert.Equal("default", organization.GetProperty("name").GetString());
        Assert.Equal(
            organization.GetProperty("id").GetGuid(),
            (await server.Get("/organization/")).Json.GetProperty("results")[0].GetProperty("id").GetGuid()
        );
    }

    [Theory]
    [InlineData("container")]
    [InlineData("job")]
    public async Task An_announcement_finds_the_services_of_the_image_at_any_host(string kind)
    {
        var name = server.CreateName("acme/announced");
        var service = await server.CreateService(image: $"registry.acme.test/{name}:1", members: "\"autoredeploy\": true");
        var apiResponse = await server.Post($"/organization/default/{kind}/deploy", $$"""{"image_name": "{{name}}", "tag": "2"}""");
        Assert.Equal(202, apiResponse.Status);
        Assert.Equal(
            (Id(service), "READY"),
            (apiResponse.Json.GetProperty("id").GetString(), apiResponse.Json.GetProperty("state").GetString())
        );

        await server.Settle();
        var verdict = Assert.Single((await server.Get(service + "verdict/")).Json.GetProperty("objects").EnumerateArray());
        Assert.Equal("stopped", verdict.GetProperty("reason").GetString());
        Assert.Equal(
            ("qovery", "2"),
            (verdict.GetProperty("push").GetProperty("sender").GetString(), verdict.GetProperty("push").GetProperty("tag").GetString())
        );
    }

    [Fact]
    public async Task An_announcement_says_what_became_of_it_for_each_service()
    {
        var name = server.CreateName("acme/several");
        var (first, second) = (server.CreateName("several"), server.CreateName("several"));
        var on = await server.CreateService(image: $"registry.acme.test/{name}:1", members: "\"autoredeploy\": true", name: first);
        var off = await server.CreateService(image: $"other.acme.test/{name}:1", name: second);
        await server.CreateService(image: $"registry.acme.test/{name}-other:1");

        var answer = (await server.Post("/organization/default/container/deploy", $$"""{"image_name": "{{name}}", "tag": "2"}""")).Json;

        Assert.Equal(2, answer.GetProperty("services_count").GetInt32());
        var services = answer.GetProperty("services").EnumerateArray().ToDictionary(s => s.GetProperty("id").GetString()!);
        Assert.Equal(new[] { Id(on), Id(off) }.Order(), services.Keys.Order());
        Assert.Equal((first, "skip", "stopped"), Said(services[Id(on)]));
        Assert.Equal((second, "skip", "autoredeploy_off"), Said(services[Id(off)]));
        foreach (var status in services.Values.Append(answer))
        foreach (
            var member in (string[])
                [
                    "id",
                    "state",
                    "service_deployment_status",
                    "is_part_last_deployment",
                    "status_details",
                    "deployment_request_id",
                    "deployment_requests_count",
                ]
        )
            Assert.True(status.TryGetProperty(member, out _), member);
        Assert.Equal(answer.GetProperty("id").GetString(), answer.GetProperty("services")[0].GetProperty("id").GetString());

        static (string?, string?, string?) Said(System.Text.Json.JsonElement service) =>
            (
                service.GetProperty("name").GetString(),
                service.GetProperty("verdict").GetString(),
                service.GetProperty("reason").GetString()
            );
    }

    [Fact]
    public async Task An_announcement_that_concerns_nobody_is_no_error()
    {
        var apiResponse = await server.Post("/organization/default/container/deploy", """{"image_name": "nobody/has-this", "tag": "1"}""");
        Assert.Equal((202, "READY"), (apiResponse.Status, apiResponse.Json.GetProperty("state").GetString()));
        Assert.Equal("NONE", apiResponse.Json.GetProperty("status_details").GetProperty("sub_action").GetString());
        Assert.Equal(
            (0, 0),
            (apiResponse.Json.GetProperty("services_count").GetInt32(), apiResponse.Json.GetProperty("services").GetArrayLength())
        );
    }

    [Theory]
    [InlineData("""{}""", "image_name")]
    [InlineData("""{"image_name": "acme/api"}""", "tag")]
    [InlineData("""{"image_name": 1, "tag": "1"}""", "image_name")]
    [InlineData("""{"image_name": "", "tag": "1"}""", "empty")]
    [InlineData("""{"image_name": "acme/API", "tag": "1"}""", "upper-case")]
    [InlineData("""{"image_name": "acme/api:1", "tag": "1"}""", "the name alone")]
    [InlineData("""{"image_name": "acme/api", "tag": ""}""", "tag")]
    [InlineData("""{"image_name": "acme/api", "tag": "a b"}""", "tag")]
    [InlineData("""{"image_name": "acme/api", "tag": 1}""", "tag")]
    [InlineData("""{"image_name": "acme/api", "tags": "1"}""", "did you mean `tag`")]
    [InlineData("[]", "JSON object")]
    public async Task A_bad_announcement_is_refused(string body, string mentions)
    {
        var apiResponse = await server.Post("/organization/default/container/deploy", body);
        Assert.Equal((400, 400), (apiResponse.Status, apiResponse.Json.GetProperty("status").GetInt32()));
        Assert.Contains(mentions, apiResponse.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_organizations_and_services_are_404_and_what_the_state_forbids_is_409()
    {
        Assert.Equal(
            404,
            (await server.Post($"/organization/{Unknown}/container/deploy", """{"image_name": "a/b", "tag": "1"}"""))
                .Json.GetProperty("status")
                .GetInt32()
        );
        foreach (var verb in (string[])["stop", "redeploy", "restart-service"])
            Assert.Equal(404, (await server.Post($"/container/{Unknown}/{verb}")).Status);
        Assert.Equal(404, (await server.Get($"/application/{Unknown}/status")).Status);

        var id = Id(await server.CreateService());
        Assert.Equal(409, (await server.Post($"/container/{id}/stop")).Json.GetProperty("status").GetInt32());
        Assert.Equal(409, (await server.Post($"/container/{id}/restart-service")).Status);
        Assert.Equal("READY", (await server.Get($"/container/{id}/status")).Json.GetProperty("state").GetString());
    }

    [Theory]
    [InlineData("""{}""", "image_tag")]
    [InlineData("""{"image_tag": null}""", "image_tag")]
    [InlineData("""{"image_tag": 1}""", "image_tag")]
    [InlineData("""{"image_tag": "a b"}""", "image_tag")]
    public async Task Only_a_tag_can_be_deployed(string body, string mentions)
    {
        var apiResponse = await server.Post($"/container/{Id(await server.CreateService())}/deploy", body);
        Assert.Equal(400, apiResponse.Status);
        Assert.Contains(mentions, apiResponse.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(400, (await server.Post($"/container/{Id(await server.CreateGitService())}/deploy", """{"image_tag": "1"}""")).Status);
    }

    [Theory]
    [InlineData("29", 400)]
    [InlineData("-1", 400)]
    [InlineData("\"60\"", 400)]
    [InlineData("604801", 400)]
    [InlineData("30", 200)]
    [InlineData("0", 200)]
    [InlineData("null", 200)]
    public async Task Polling_is_every_thirty_seconds_at_most(string seconds, int status)
    {
        var service = await server.CreateService();
        var apiResponse = await server.Patch(service, $$"""{"poll_seconds": {{seconds}}}""");
        Assert.Equal(status, apiResponse.Status);
        if (status == 200)
            Assert.Equal(seconds == "30" ? 30 : 0, apiResponse.Json.GetProperty("poll_seconds").GetInt32());
        else
            Assert.Contains("poll_seconds", apiResponse.Error, StringComparison.Ordinal);
        await server.Patch(service, """{"poll_seconds": 0}""");
    }

    private static string Id(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries)[^1];
}
