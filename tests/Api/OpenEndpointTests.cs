using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace AutoDeploy.Api.Tests;

/// <summary>Whatever does not say that anybody may call it needs the token.</summary>
[Collection("server")]
public sealed class OpenEndpointTests(ApiServer server)
{
    /// <summary>All that anybody may call. Whoever adds a line here has a reason.</summary>
    private static readonly string[] Open =
    [
        // probes tell nothing
        "GET /healthz",
        "GET /readyz",
        // hooks have a secret in their path
        "GET /hooks/gitea/{key}",
        "OPTIONS /hooks/azure/{key}",
        "POST /hooks/{sender}/{key}",
        // says which methods are possible
        "* /hooks/{sender}/{key}",
        // triggers too
        "POST /api/app/v1/service/{uuid}/trigger/{trigger}/call",
    ];

    [Fact]
    public async Task Every_endpoint_but_the_open_ones_refuses_who_has_no_token()
    {
        var open = new List<string>();
        var closed = 0;
        foreach (var endpoint in server.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            foreach (
                var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods ? methods : ["*"]
            )
            {
                if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
                {
                    open.Add($"{method} {endpoint.RoutePattern.RawText!.TrimEnd('/')}");
                    continue;
                }

                closed++;
                foreach (var authorization in (string[])["", "Digest wrong"])
                {
                    var apiResponse = await server.Send(
                        method == "*" ? "GET" : method,
                        PathOf(endpoint.RoutePattern),
                        null,
                        null,
                        authorization
                    );
                    Assert.True(apiResponse.Status == 401, $"{method} {endpoint.RoutePattern.RawText}: {apiResponse.Status}");
                    Assert.True(apiResponse.Headers.ContainsKey("WWW-Authenticate"));
                }
            }
        }

        Assert.Equal(Open.Order(), open.Order());
        Assert.True(closed > 50, $"{closed}");
    }

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("GET", "/nowhere")]
    [InlineData("GET", "/hooks")]
    [InlineData("GET", "/hooks/registry/key/more")]
    [InlineData("POST", "/healthz")]
    [InlineData("POST", "/api/app/v1/service/x/trigger/x/call/more")]
    [InlineData("GET", "/api/app/v1/service/x/trigger/x/call")]
    [InlineData("GET", "/api/app/v1/service/trigger/call")]
    [InlineData("GET", "/api/app/v1/registry/x/trigger/x/call")]
    [InlineData("PUT", "/api/app/v1/service/")]
    public async Task Where_there_is_nothing_nobody_is_told_so_without_the_token(string method, string path) =>
        Assert.Equal(401, (await server.Send(method, path, null, null, "")).Status);

    [Fact]
    public async Task The_metrics_are_open_where_that_is_set()
    {
        Assert.Equal(401, (await server.Send("GET", "/metrics", null, null, "")).Status);
        await using var open = await ApiServer.Start(options: new ApiOptions { Settings = ["--AUTODEPLOY_METRICS=public"] });
        Assert.Equal(200, (await open.Send("GET", "/metrics", null, null, "")).Status);
    }

    private static string PathOf(RoutePattern pattern) =>
        "/"
        + string.Join(
            '/',
            pattern.PathSegments.Select(segment =>
                string.Concat(
                    segment.Parts.Select(part =>
                        part is RoutePatternLiteralPart literal ? literal.Content
                        : part is RoutePatternSeparatorPart separator ? separator.Content
                        : "7c1e3fb4-0000-4000-8000-000000000000"
                    )
                )
            )
        );
}
