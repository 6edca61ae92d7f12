namespace AutoDeploy.Api.Tests;

[Collection("server")]
public sealed class PathTests(ApiServer server)
{
    [Theory]
    [InlineData("/api/app/v1/service/")]
    [InlineData("/api/app/v1/service")]
    [InlineData("/api/app/v1//service/")]
    [InlineData("//api/app///v1/service//")]
    [InlineData("/api/app/v1/default/service/")]
    [InlineData("/api/app/v1/default//service")]
    [InlineData("/api/app/v1/service/?limit=1")]
    [InlineData("/api/app/v1/container/")]
    [InlineData("/api/app/v1/stack/")]
    [InlineData("/api/app/v1/default/stack/")]
    [InlineData("/api/app/v1/registry")]
    [InlineData("/api/app/v1/githost")]
    [InlineData("/api/app/v1/default/githost/")]
    [InlineData("/api/app/v1/notification")]
    [InlineData("/api/app/v1/default/notification/")]
    [InlineData("/api/app/v1/hook")]
    [InlineData("/api/audit/v1/action/")]
    [InlineData("/api/audit/v1/default/action")]
    [InlineData("/api/infra/v1/node/")]
    [InlineData("/api/infra/v1/nodecluster/")]
    public async Task A_list_answers_with_meta_and_objects_however_its_path_is_written(string path)
    {
        var apiResponse = await server.Get(path);
        Assert.Equal(200, apiResponse.Status);
        Assert.Equal(
            ["limit", "offset", "total_count", "next", "previous"],
            apiResponse.Json.GetProperty("meta").EnumerateObject().Select(m => m.Name)
        );
        Assert.Equal(System.Text.Json.JsonValueKind.Array, apiResponse.Json.GetProperty("objects").ValueKind);
    }

    [Theory]
    [InlineData("/", "There is nothing at \"/\".")]
    [InlineData("/nowhere", "There is nothing at \"/nowhere\".")]
    [InlineData("/api/app/v1/services/", "There is nothing at")]
    [InlineData("/api/app/v2/service/", "There is nothing at")]
    [InlineData("/api/app/v1/acme/nothing/", "There is nothing at")]
    [InlineData("/api/app/v1/acme/service/", "There is no organization \"acme\"; there is only \"default\".")]
    [InlineData("/api/audit/v1/acme/action/", "There is no organization \"acme\"; there is only \"default\".")]
    [InlineData("/api/audit/v1/service/", "There is nothing at")]
    [InlineData("/api/app/v1/service/x/y/z", "There is nothing at")]
    [InlineData("/hooks/", "There is nothing at \"/hooks/…\".")]
    [InlineData("/hooks/registry/key/more", "There is nothing at \"/hooks/…\".")]
    public async Task An_unknown_path_is_not_found_with_a_sentence(string path, string sentence)
    {
        var apiResponse = await server.Get(path);
        Assert.Equal(404, apiResponse.Status);
        Assert.StartsWith(sentence, apiResponse.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PUT", "/api/app/v1/service/", "GET, HEAD, POST")]
    [InlineData("DELETE", "/api/app/v1/service/", "GET, HEAD, POST")]
    [InlineData("POST", "/api/app/v1/service/x/", "DELETE, GET, HEAD, PATCH")]
    [InlineData("GET", "/api/app/v1/service/x/start/", "POST")]
    [InlineData("HEAD", "/api/app/v1/service/x/start/", "POST")]
    [InlineData("POST", "/api/audit/v1/action/", "GET, HEAD")]
    [InlineData("OPTIONS", "/api/app/v1/stack/", "GET, HEAD")]
    [InlineData("GET", "/hooks/registry/key", "POST")]
    [InlineData("POST", "/healthz", "GET, HEAD")]
    public async Task A_wrong_method_is_told_which_are_possible(string method, string path, string allowed)
    {
        var apiResponse = await server.Send(method, path);
        Assert.Equal(405, apiResponse.Status);
        Assert.Equal(allowed, string.Join(", ", apiResponse.Headers["Allow"].Split(", ").Order()));
        if (method != "HEAD")
            Assert.Contains("is not possible here", apiResponse.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/app/v1/service/", 200)]
    [InlineData("/healthz", 200)]
    [InlineData("/openapi.json", 200)]
    [InlineData("/api/app/v1/service/7c1e3fb4-0000-4000-8000-000000000000/", 404)]
    public async Task Head_works_where_get_does(string path, int status)
    {
        var apiResponse = await server.Send("HEAD", path);
        Assert.Equal((status, ""), (apiResponse.Status, apiResponse.Text));
    }

    [Fact]
    public async Task Answers_do_not_name_the_server() => Assert.DoesNotContain("Server", (await server.Get("/auth/")).Headers.Keys);
}
