using System.Text.Json;
using AutoDeploy.Testing;

namespace AutoDeploy.Api.Tests;

/// <summary>Deployment restrictions, as Qovery's clients ask for them.</summary>
[Collection("server")]
public sealed class RestrictionTests(ApiServer server)
{
    private const string Unknown = "7c1e3fb4-9f0d-4c27-8a4e-5a6b7c8d9e0f";

    [Fact]
    public async Task Restrictions_are_created_listed_replaced_and_removed()
    {
        var path = await Restrictions();
        Assert.Equal("""{"results":[]}""", (await server.Get(path)).Text);

        var created = await server.Post(path, """{"mode": "MATCH", "type": "PATH", "value": "api/"}""");
        Assert.Equal(201, created.Status);
        var id = created.Json.GetProperty("id").GetGuid();
        Assert.Equal(("MATCH", "PATH", "api/"), Of(created.Json));
        Assert.EndsWith("Z", created.Json.GetProperty("created_at").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, created.Json.GetProperty("updated_at").ValueKind);
        Assert.Equal(created.Text, (await server.Get(path)).Json.GetProperty("results")[0].GetRawText());

        var edited = await server.Send("PUT", $"{path}/{id}", """{"mode": "EXCLUDE", "type": "PATH", "value": "docs/"}""");
        Assert.Equal(200, edited.Status);
        Assert.Equal(id, edited.Json.GetProperty("id").GetGuid());
        Assert.Equal(("EXCLUDE", "PATH", "docs/"), Of(edited.Json));
        Assert.Equal(created.Json.GetProperty("created_at").GetString(), edited.Json.GetProperty("created_at").GetString());
        Assert.NotEqual(JsonValueKind.Null, edited.Json.GetProperty("updated_at").ValueKind);

        Assert.Equal(204, (await server.Delete($"{path}/{id}")).Status);
        Assert.Equal("""{"results":[]}""", (await server.Get(path)).Text);
        Assert.Equal(404, (await server.Delete($"{path}/{id}")).Status);
    }

    [Fact]
    public async Task The_same_restriction_twice_is_a_conflict_with_a_body_that_Qoverys_clients_read()
    {
        var path = await Restrictions();
        const string Body = """{"mode": "EXCLUDE", "type": "PATH", "value": "docs/"}""";
        Assert.Equal(201, (await server.Post(path, Body)).Status);

        var again = await server.Post(path, Body);
        Assert.Equal(
            (409, 409, "Conflict"),
            (again.Status, again.Json.GetProperty("status").GetInt32(), again.Json.GetProperty("error").GetString())
        );
        Assert.Contains("docs/", again.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(again.Json.GetProperty("detail").GetString(), again.Json.GetProperty("message").GetString());
        Assert.Equal(path, again.Json.GetProperty("path").GetString());

        // the other mode is another restriction; and one may be replaced by itself, but not by its neighbour
        var other = (await server.Post(path, Body.Replace("EXCLUDE", "MATCH", StringComparison.Ordinal))).Json.GetProperty("id").GetGuid();
        Assert.Equal(200, (await server.Send("PUT", $"{path}/{other}", Body.Replace("EXCLUDE", "MATCH", StringComparison.Ordinal))).Status);
        Assert.Equal(409, (await server.Send("PUT", $"{path}/{other}", Body)).Status);
        Assert.Equal(2, (await server.Get(path)).Json.GetProperty("results").GetArrayLength());
    }

    [Theory]
    [InlineData("""{"type": "PATH", "value": "a"}""", "mode")]
    [InlineData("""{"mode": "ONLY", "type": "PATH", "value": "a"}""", "mode")]
    [InlineData("""{"mode": null, "type": "PATH", "value": "a"}""", "mode")]
    [InlineData("""{"mode": 1, "type": "PATH", "value": "a"}""", "mode")]
    [InlineData("""{"mode": "MATCH", "value": "a"}""", "type")]
    [InlineData("""{"mode": "MATCH", "type": "REGEX", "value": "a"}""", "type")]
    [InlineData("""{"mode": "MATCH", "type": null, "value": "a"}""", "type")]
    [InlineData("""{"mode": "MATCH", "type": "PATH"}""", "value")]
    [InlineData("""{"mode": "MATCH", "type": "PATH", "value": null}""", "value")]
    [InlineData("""{"mode": "MATCH", "type": "PATH", "value": 7}""", "value")]
    [InlineData("""{"mode": "MATCH", "type": "PATH", "value": ""}""", "empty")]
    [InlineData("""{"mode": "MATCH", "type": "PATH", "value": "/api"}""", "begins with")]
    [InlineData("""{"mode": "MATCH", "type": "PATH", "value": "a/*.cs"}""", "wildcard")]
    [InlineData("""{"mode": "MATCH", "type": "PATH", "value": "a/../b"}""", "..")]
    [InlineData("""{"mode": "MATCH", "type": "PATH", "value": "!docs/"}""", "with the mode EXCLUDE")]
    [InlineData("""{"mode": "MATCH", "type": "PATH", "value": "a,b"}""", "a comma")]
    [InlineData("""{"mode": "MATCH", "type": "PATH", "value": " a"}""", "begins with a space")]
    [InlineData("""{"mode": "MATCH", "type": "PATH", "value": "a\\b"}""", "write \"a/b\"")]
    [InlineData("""{"mode": "MATCH", "type": "PATH", "value": "a", "id": "x"}""", "cannot be set")]
    [InlineData("""{"mode": "MATCH", "type": "PATH", "values": "a"}""", "did you mean `value`")]
    [InlineData("[]", "JSON object")]
    [InlineData("{", "JSON")]
    [InlineData("", "mode")]
    public async Task A_bad_restriction_is_refused_by_POST_and_PUT(string body, string mentions)
    {
        var path = await Restrictions();
        var id = (await server.Post(path, """{"mode": "MATCH", "type": "PATH", "value": "api/"}""")).Json.GetProperty("id").GetGuid();
        var before = (await server.Get(path)).Text;
        foreach (var apiResponse in (ApiResponse[])[await server.Post(path, body), await server.Send("PUT", $"{path}/{id}", body)])
        {
            Assert.Equal((400, 400), (apiResponse.Status, apiResponse.Json.GetProperty("status").GetInt32()));
            Assert.Contains(mentions, apiResponse.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }

        Assert.Equal(before, (await server.Get(path)).Text);
    }

    [Fact]
    public async Task A_value_of_1025_characters_is_refused_and_one_of_1024_taken()
    {
        var path = await Restrictions();
        Assert.Equal(
            400,
            (await server.Post(path, $$"""{"mode": "MATCH", "type": "PATH", "value": "{{new string('a', 1025)}}"}""")).Status
        );
        Assert.Equal(
            201,
            (await server.Post(path, $$"""{"mode": "MATCH", "type": "PATH", "value": "{{new string('a', 1024)}}"}""")).Status
        );
    }

    [Fact]
    public async Task What_is_not_there_is_404_and_a_service_with_an_image_has_none()
    {
        Assert.Equal(404, (await server.Get($"/application/{Unknown}/deploymentRestriction")).Json.GetProperty("status").GetInt32());
        Assert.Equal(404, (await server.Get("/application/x/deploymentRestriction")).Status);
        var path = await Restrictions();
        Assert.Equal(404, (await server.Send("PUT", $"{path}/{Unknown}", """{"mode": "MATCH", "type": "PATH", "value": "a"}""")).Status);
        Assert.Equal(404, (await server.Delete($"{path}/x")).Status);

        var image = PathOf(await server.CreateService());
        Assert.Equal("""{"results":[]}""", (await server.Get(image)).Text);
        Assert.Equal(400, (await server.Post(image, """{"mode": "MATCH", "type": "PATH", "value": "a"}""")).Status);
    }

    [Fact]
    public async Task Without_a_token_nothing_is_told()
    {
        var apiResponse = await server.Send("GET", await Restrictions(), null, null, authorization: "");
        Assert.Equal((401, 401), (apiResponse.Status, apiResponse.Json.GetProperty("status").GetInt32()));
    }

    [Fact]
    public async Task Restrictions_can_be_given_with_the_service_and_the_same_ones_stay_the_same()
    {
        var service = await server.CreateGitService(
            """
            "deployment_restrictions": [{"mode": "MATCH", "type": "PATH", "value": "api/"}, {"mode": "exclude", "type": "path",
              "value": "api/docs/"}]
            """
        );
        var before = (await server.Get(PathOf(service))).Json.GetProperty("results");
        Assert.Equal([("MATCH", "PATH", "api/"), ("EXCLUDE", "PATH", "api/docs/")], before.EnumerateArray().Select(Of));
        Assert.Equal(before.GetRawText(), (await server.Get(service)).Json.GetProperty("deployment_restrictions").GetRawText());

        var patched = await server.Patch(
            service,
            """
            {"deployment_restrictions": [{"mode": "EXCLUDE", "type": "PATH", "value": "api/docs/"}, {"mode": "MATCH", "type": "PATH",
              "value": "lib/"}]}
            """
        );
        var after = patched.Json.GetProperty("deployment_restrictions");
        Assert.Equal([("EXCLUDE", "PATH", "api/docs/"), ("MATCH", "PATH", "lib/")], after.EnumerateArray().Select(Of));
        Assert.Equal(before[1].GetProperty("id").GetGuid(), after[0].GetProperty("id").GetGuid());
        Assert.True(patched.Json.GetProperty("synchronized").GetBoolean());
    }

    [Fact]
    public async Task A_MATCH_that_covers_no_file_of_the_branch_is_taken_with_a_warning()
    {
        await using var git = await GitServer.Start();
        git.CreateRepository("acme/shop");
        using var clone = git.Clone("acme/shop");
        clone.Push("api/a.cs", "1");
        var service = await server.CreateGitService($"\"deployment_restrictions\": [{Of("MATCH", "api")}]", git.Url("acme/shop"));
        var path = PathOf(service);

        var created = await server.Post(path, Of("MATCH", "apps/"));
        Assert.Equal((201, Warning("apps/")), (created.Status, created.Json.GetProperty("warning").GetString()));
        Assert.All(
            (await server.Get(path)).Json.GetProperty("results").EnumerateArray(),
            r => Assert.Equal(JsonValueKind.Null, r.GetProperty("warning").ValueKind)
        );

        // only what is new is looked at, and an EXCLUDE may well cover nothing
        var patched = await server.Patch(
            service,
            $$"""{"deployment_restrictions": [{{Of("MATCH", "apps/")}}, {{Of("MATCH", "lib/")}}, {{Of("EXCLUDE", "docs/")}}]}"""
        );
        Assert.Equal([Warning("lib/")], patched.Json.GetProperty("warnings").EnumerateArray().Select(w => w.GetString()));
        Assert.Empty((await server.Get(service)).Json.GetProperty("warnings").EnumerateArray());

        var id = patched.Json.GetProperty("deployment_restrictions")[1].GetProperty("id").GetGuid();
        var edited = await server.Send("PUT", $"{path}/{id}", Of("MATCH", "api/a.cs"));
        Assert.Equal(JsonValueKind.Null, edited.Json.GetProperty("warning").ValueKind);

        var other = await server.Post(
            "/api/app/v1/service/",
            $$"""
                {"git_repository": {"url": "{{git.Url("acme/shop")}}", "branch": "main"}, "deployment_restrictions": [{{Of("MATCH",
                "web/")}}]}
                """
        );
        Assert.Equal([Warning("web/")], other.Json.GetProperty("warnings").EnumerateArray().Select(w => w.GetString()));

        static string Of(string mode, string value) => $$"""{"mode": "{{mode}}", "type": "PATH", "value": "{{value}}"}""";

        static string Warning(string value) =>
            $"No file of the branch \"main\" begins with \"{value}\" now: as long as that is so, this restriction lets no push through.";
    }

    private static (string?, string?, string?) Of(JsonElement restriction) =>
        (
            restriction.GetProperty("mode").GetString(),
            restriction.GetProperty("type").GetString(),
            restriction.GetProperty("value").GetString()
        );

    private static string PathOf(string service) =>
        $"/application/{service.Split('/', StringSplitOptions.RemoveEmptyEntries)[^1]}/deploymentRestriction";

    private async Task<string> Restrictions() => PathOf(await server.CreateGitService());
}
