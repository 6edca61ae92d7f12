using System.Text.Json;
using AutoDeploy.Api.DockerCloud;
using AutoDeploy.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AutoDeploy.Api.Tests;

/// <summary>The document says what is there: no more, no less.</summary>
[Collection("server")]
public sealed class OpenApiTests(ApiServer server)
{
    [Fact]
    public async Task Every_route_is_in_the_document_and_nothing_else()
    {
        var document = await Document();
        var documented = document
            .GetProperty("paths")
            .EnumerateObject()
            .SelectMany(p => p.Value.EnumerateObject().Select(m => $"{m.Name.ToUpperInvariant()} {p.Name}"))
            .Order()
            .ToList();
        var mapped = server
            .App.Services.GetServices<EndpointDataSource>()
            .SelectMany(s => s.Endpoints)
            .OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is null)
            .SelectMany(e =>
                (e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Select(m =>
                    $"{m} /{e.RoutePattern.RawText!.Trim('/')}"
                )
            )
            .Order()
            .ToList();
        Assert.Equal(mapped, documented);
    }

    [Fact]
    public async Task Every_operation_has_a_summary_and_describes_its_answers_and_errors()
    {
        foreach (var path in (await Document()).GetProperty("paths").EnumerateObject())
        foreach (var operation in path.Value.EnumerateObject())
        {
            var name = $"{operation.Name} {path.Name}";
            Assert.True(operation.Value.TryGetProperty("summary", out var summary) && summary.GetString()!.Length > 5, name);
            var responses = operation.Value.GetProperty("responses");
            Assert.True(responses.EnumerateObject().Any(r => r.Name[0] == '2'), name);
            var open =
                path.Name is "/healthz" or "/readyz"
                || path.Name.StartsWith("/hooks", StringComparison.Ordinal)
                || path.Name.EndsWith("/call", StringComparison.Ordinal);
            Assert.True(open || responses.TryGetProperty("401", out _), name);
            Assert.True(!path.Name.Contains('{') || responses.TryGetProperty("404", out _), name);
            foreach (var error in responses.EnumerateObject().Where(r => r.Name[0] == '4'))
                // what cannot be read when it is delivered again is a delivery all the same
                Assert.Equal(
                    path.Name.EndsWith("/redeliver", StringComparison.Ordinal) && error.Name == "400"
                            ? "#/components/schemas/DeliveryObject"
                        : AutoDeploy.Api.Qovery.QoveryError.Speaks(path.Name) ? "#/components/schemas/QoveryError"
                        : "#/components/schemas/ErrorForm",
                    error.Value.GetProperty("content").GetProperty("application/json").GetProperty("schema").GetProperty("$ref").GetString()
                );
        }
    }

    [Fact]
    public async Task All_references_lead_somewhere()
    {
        var document = await Document();
        var schemas = document.GetProperty("components").GetProperty("schemas");
        foreach (
            System.Text.RegularExpressions.Match match in System.Text.RegularExpressions.Regex.Matches(
                document.GetRawText(),
                "\"#/components/schemas/([^\"]+)\""
            )
        )
            Assert.True(schemas.TryGetProperty(match.Groups[1].Value, out _), match.Value);
    }

    [Theory]
    [InlineData("POST", "/api/app/v1/service")]
    [InlineData("PATCH", "/api/app/v1/service/{uuid}")]
    [InlineData("POST", "/api/app/v1/registry")]
    [InlineData("PATCH", "/api/app/v1/registry/{uuid}")]
    [InlineData("POST", "/api/app/v1/githost")]
    [InlineData("PATCH", "/api/app/v1/githost/{uuid}")]
    [InlineData("POST", "/api/app/v1/hostalias")]
    [InlineData("POST", "/api/app/v1/hook")]
    [InlineData("POST", "/api/app/v1/notification")]
    public async Task The_members_of_a_request_are_those_that_are_taken(string method, string path)
    {
        var schema = Body(Operation(await Document(), method, path));
        var documented = schema.GetProperty("properties").EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal).ToList();

        // asked with a member that there is not, the endpoint says which there are
        var service = await server.CreateService();
        var registry = await server.Post("/api/app/v1/registry/", """{"host": "openapi.acme.test", "username": "u", "password": "p"}""");
        var gitHost = await server.Post("/api/app/v1/githost/", """{"host": "openapi.acme.test", "password": "p"}""");
        var at = path.StartsWith("/api/app/v1/service", StringComparison.Ordinal)
            ? service
            : (path.StartsWith("/api/app/v1/githost", StringComparison.Ordinal) ? gitHost : registry).Headers.GetValueOrDefault(
                "Location",
                ""
            );
        var apiResponse = await server.Send(method, path.Contains('{') ? at : path, """{"qqqqqqqqqq": 1}""");
        foreach (var created in (ApiResponse[])[registry, gitHost])
            if (created.Status == 201)
                await server.Delete(created.Headers["Location"]);
        var taken = System
            .Text.RegularExpressions.Regex.Matches(
                apiResponse.Error[(apiResponse.Error.IndexOf("are", StringComparison.Ordinal))..],
                "`([a-z_]+)`"
            )
            .Select(m => m.Groups[1].Value)
            .Order(StringComparer.Ordinal)
            .ToList();
        Assert.Equal(taken, documented);
        Assert.False(schema.GetProperty("additionalProperties").GetBoolean());
        Assert.All(
            schema.GetProperty("properties").EnumerateObject(),
            p => Assert.NotEmpty(p.Value.GetProperty("description").GetString()!)
        );
    }

    [Fact]
    public async Task Every_member_of_a_service_is_either_set_or_said_to_be_read_only()
    {
        var schemas = (await Document()).GetProperty("components").GetProperty("schemas");
        var service = await server.CreateService();
        foreach (
            var member in schemas
                .GetProperty("ServiceObject")
                .GetProperty("properties")
                .EnumerateObject()
                .Select(p => p.Name)
                .Except(ServiceBinding.Binder.Names)
        )
        {
            var apiResponse = await server.Patch(service, $$"""{"{{member}}": null}""");
            Assert.Equal($"`{member}` cannot be set.", apiResponse.Error);
        }
    }

    [Fact]
    public async Task What_is_answered_has_exactly_the_members_and_types_of_the_document()
    {
        var document = await Document();
        var service = await server.CreateService(
            """
            "container_ports": [{"inner_port": 80}], "container_envvars": [{"key": "A", "value": "1"}],
              "bindings": [{"container_path": "/a"}], "tags": [{"name": "t"}],
            "health_check": {"http": {"port": 80}}, "labels": {"a": "b"}
            """
        );
        var started = await server.CreateService(image: "registry.acme.test/openapi:1");
        var action = (await server.Post(started + "start/")).Headers["X-DockerCloud-Action-URI"];
        var hook = await server.CreateHook("registry");
        await server.Send(
            "POST",
            new Uri(hook.GetProperty("url").GetString()!).AbsolutePath,
            System.Text.Encoding.UTF8.GetBytes(
                RegistrySamples.Registry(RegistrySamples.Event(Guid.NewGuid().ToString(), "openapi", "1", host: "registry.acme.test"))
            ),
            null,
            ""
        );
        await server.Settle();
        var deliveries = hook.GetProperty("resource_uri").GetString() + "delivery/";
        var delivery = (await server.Get(deliveries)).Json.GetProperty("objects")[0].GetProperty("resource_uri").GetString()!;
        var verdict = (await server.Get(started + "verdict/")).Json.GetProperty("objects")[0].GetProperty("resource_uri").GetString()!;
        var registry = await server.Post("/api/app/v1/registry/", """{"host": "openapi2.acme.test", "username": "u", "password": "p"}""");
        var gitHost = await server.Post("/api/app/v1/githost/", """{"host": "openapi2.acme.test", "password": "p"}""");
        var alias = await server.Post("/api/app/v1/hostalias/", """{"alias": "openapi.internal", "host": "openapi.acme.test"}""");
        var notification = await server.Post("/api/app/v1/notification/", """{"type": "webhook", "url": "http://127.0.0.1:1/"}""");
        var node = (await server.Get("/api/infra/v1/node/")).Json.GetProperty("objects")[0].GetProperty("resource_uri").GetString()!;

        foreach (
            var (pattern, path) in ((string, string)[])
                [
                    ("/api/app/v1/service", "/api/app/v1/service/?limit=100"),
                    ("/api/app/v1/service/{uuid}", service),
                    ("/api/app/v1/service/{uuid}/verdict", started + "verdict/"),
                    ("/api/app/v1/service/{uuid}/verdict/{verdict}", verdict),
                    ("/api/app/v1/organization/{uuid}", "/api/app/v1/organization/default/"),
                    ("/api/audit/v1/action", "/api/audit/v1/action/"),
                    ("/api/audit/v1/action/{uuid}", action),
                    ("/api/app/v1/container", "/api/app/v1/container/"),
                    ("/api/app/v1/stack", "/api/app/v1/stack/"),
                    ("/api/infra/v1/node", "/api/infra/v1/node/"),
                    ("/api/infra/v1/node/{uuid}", node),
                    ("/api/infra/v1/nodecluster", "/api/infra/v1/nodecluster/"),
                    ("/api/app/v1/registry", "/api/app/v1/registry/"),
                    ("/api/app/v1/registry/{uuid}", registry.Headers["Location"]),
                    ("/api/app/v1/githost", "/api/app/v1/githost/"),
                    ("/api/app/v1/githost/{uuid}", gitHost.Headers["Location"]),
                    ("/api/app/v1/hostalias", "/api/app/v1/hostalias/"),
                    ("/api/app/v1/hostalias/{uuid}", alias.Headers["Location"]),
                    ("/api/app/v1/hook", "/api/app/v1/hook/"),
                    ("/api/app/v1/hook/{uuid}", hook.GetProperty("resource_uri").GetString()!),
                    ("/api/app/v1/notification", "/api/app/v1/notification/"),
                    ("/api/app/v1/notification/{uuid}", notification.Headers["Location"]),
                    ("/api/app/v1/hook/{uuid}/delivery", deliveries),
                    ("/api/app/v1/hook/{uuid}/delivery/{delivery}", delivery),
                    ("/auth", "/auth/"),
                ]
        )
        {
            var apiResponse = await server.Get(path);
            Assert.Equal(200, apiResponse.Status);
            Fits(
                document,
                Operation(document, "GET", pattern)
                    .GetProperty("responses")
                    .GetProperty("200")
                    .GetProperty("content")
                    .GetProperty("application/json")
                    .GetProperty("schema"),
                apiResponse.Json,
                pattern
            );
        }

        var error = await server.Get("/nowhere");
        Fits(document, document.GetProperty("components").GetProperty("schemas").GetProperty("ErrorForm"), error.Json, "error");
    }

    private static JsonElement Operation(JsonElement document, string method, string path) =>
        document.GetProperty("paths").GetProperty(path).GetProperty(method.ToLowerInvariant());

    private static JsonElement Body(JsonElement operation) =>
        operation.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema");

    private static void Fits(JsonElement document, JsonElement schema, JsonElement value, string path)
    {
        if (schema.TryGetProperty("oneOf", out var either))
        {
            var fitting = either
                .EnumerateArray()
                .First(s =>
                    (s.TryGetProperty("type", out var t) && t.ValueKind == JsonValueKind.String && t.GetString() == "null")
                    == (value.ValueKind == JsonValueKind.Null)
                );
            Fits(document, fitting, value, path);
            return;
        }

        while (schema.TryGetProperty("$ref", out var reference))
            schema = document.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]);
        var types = schema.GetProperty("type") is { ValueKind: JsonValueKind.Array } several
            ? several.EnumerateArray().Select(t => t.GetString()!).ToList()
            : [schema.GetProperty("type").GetString()!];
        var type = value.ValueKind switch
        {
            JsonValueKind.Object => "object",
            JsonValueKind.Array => "array",
            JsonValueKind.String => "string",
            JsonValueKind.Number => types.Contains("integer") ? "integer" : "number",
            JsonValueKind.Null => "null",
            _ => "boolean",
        };
        Assert.True(types.Contains(type), $"{path} is {type}, documented is {string.Join('|', types)}");
        if (type == "array")
            foreach (var item in value.EnumerateArray())
                Fits(document, schema.GetProperty("items"), item, path + "[]");
        if (type != "object")
            return;
        if (!schema.TryGetProperty("properties", out var properties))
        {
            Assert.True(schema.TryGetProperty("additionalProperties", out _), path);
            return;
        }

        var required = schema.TryGetProperty("required", out var r) ? r.EnumerateArray().Select(x => x.GetString()!).ToList() : [];
        foreach (var member in value.EnumerateObject())
        {
            Assert.True(properties.TryGetProperty(member.Name, out var inner), $"{path}.{member.Name} is not documented");
            Fits(document, inner, member.Value, $"{path}.{member.Name}");
        }

        foreach (var property in properties.EnumerateObject())
            Assert.True(
                value.TryGetProperty(property.Name, out _) || !required.Contains(property.Name),
                $"{path}.{property.Name} is documented and not answered"
            );
        if (!path.StartsWith("error", StringComparison.Ordinal))
            Assert.Equal(properties.EnumerateObject().Count(), value.EnumerateObject().Count());
    }

    private async Task<JsonElement> Document() => (await server.Get("/openapi.json")).Json;
}
