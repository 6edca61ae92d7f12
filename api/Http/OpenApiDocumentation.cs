using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace AutoDeploy.Api.Http;

/// <summary>What endpoints say of themselves, and the OpenAPI document made of it.</summary>
public static class OpenApiDocumentation
{
    public const string Path = "/openapi.json";

    public static TBuilder WithInput<TBuilder>(this TBuilder builder, params IEnumerable<QueryParameter> parameters)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new QueryMetadata([.. parameters]));

    public static TBuilder WithInput<TBuilder>(this TBuilder builder, IJsonBinder members, bool creating)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new BodyMetadata(members, creating));

    public static TBuilder WithErrors<TBuilder>(this TBuilder builder, params int[] statuses)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new ErrorStatusMetadata(statuses));

    public static TBuilder AnswersQoveryErrors<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new ErrorTypeMetadata(typeof(Qovery.QoveryError)));

    public static void AddDocumentation(this IServiceCollection services) =>
        services.AddOpenApi(
            "v1",
            options =>
            {
                options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
                // clients are generated from these names: a resource's schema is its name and "Object"
                options.CreateSchemaReferenceId = type =>
                    OpenApiOptions.CreateDefaultSchemaReferenceId(type)?.Replace("Response", "Object", StringComparison.Ordinal);
                options.AddDocumentTransformer(
                    (document, _, _) =>
                    {
                        document.Info = new OpenApiInfo
                        {
                            Title = "AutoDeploy",
                            Version = typeof(OpenApiDocumentation).Assembly.GetName().Version!.ToString(3),
                            Description =
                                "When something new is pushed, every service that subscribes to it and has autoredeploy on "
                                + "redeploys itself. "
                                + "Paths, members and states are those of the Docker Cloud API, with additions of our own. "
                                + "A slash at the end of a path makes no difference, doubled slashes are folded, and after v1 the "
                                + "segment \"default\" may name the organization.",
                        };
                        document.Servers = [new OpenApiServer { Url = "/" }];
                        document.Components ??= new OpenApiComponents();
                        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
                        {
                            ["basic"] = new OpenApiSecurityScheme
                            {
                                Type = SecuritySchemeType.Http,
                                Scheme = "basic",
                                Description = "Any user name, and the admin token as the password.",
                            },
                            ["bearer"] = new OpenApiSecurityScheme
                            {
                                Type = SecuritySchemeType.Http,
                                Scheme = "bearer",
                                Description = "The admin token; the word Token will do for Bearer.",
                            },
                        };
                        document.Security =
                        [
                            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("basic", document)] = [] },
                            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("bearer", document)] = [] },
                        ];
                        return Task.CompletedTask;
                    }
                );
                options.AddOperationTransformer(Describe);
            }
        );

    /// <summary>The document is behind the token as all else.</summary>
    public static void MapDocumentation(this IEndpointRouteBuilder app) => app.MapOpenApi(Path);

    private static async Task Describe(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        CancellationToken cancellationToken
    )
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        foreach (var parameter in operation.Parameters ?? [])
            if (parameter is OpenApiParameter { In: ParameterLocation.Path } inPath)
                inPath.Description ??= inPath.Name switch
                {
                    "uuid" => "The uuid.",
                    "delivery" => "The delivery's uuid.",
                    "verdict" => "The verdict's uuid.",
                    _ => null,
                };

        foreach (var parameter in metadata.OfType<QueryMetadata>().SelectMany(q => q.Parameters))
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(
                new OpenApiParameter
                {
                    Name = parameter.Name,
                    In = ParameterLocation.Query,
                    Description = parameter.Description,
                    Schema = SchemaOf(parameter.Type),
                }
            );
        }

        if (metadata.OfType<BodyMetadata>().LastOrDefault() is { } body)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Description = "Read as JSON in UTF-8 whatever its content type says; at most 4 MiB.",
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/json"] = new() { Schema = body.Members.Schema(body.Creating) },
                },
                Required = body.Creating,
            };
        }

        if (metadata.OfType<ForeignBodyMetadata>().LastOrDefault() is { } foreign)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Description = foreign.Description,
                Content = foreign.ContentTypes.ToDictionary(t => t, _ => new OpenApiMediaType { Schema = new OpenApiSchema() }),
                Required = true,
            };
        }

        operation.Responses ??= [];
        foreach (var header in metadata.OfType<ResponseHeaderMetadata>())
        {
            if (
                operation.Responses.TryGetValue(header.Status.ToString(CultureInfo.InvariantCulture), out var answer)
                && answer is OpenApiResponse response
            )
            {
                response.Headers ??= new Dictionary<string, IOpenApiHeader>();
                response.Headers[header.Name] = new OpenApiHeader
                {
                    Description = header.Description,
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                };
            }
        }

        var open = metadata.OfType<IAllowAnonymous>().Any();
        if (open)
            operation.Security = [];
        var changes = context.Description.HttpMethod is not ("GET" or "HEAD" or "OPTIONS");
        var errors = metadata
            .OfType<ErrorStatusMetadata>()
            .SelectMany(e => e.Statuses)
            .Concat(
                open ? []
                : changes ? [401, 403, 429]
                : [401, 429]
            )
            .Distinct()
            .Order();
        var document = context.Document!;
        var form = metadata.OfType<ErrorTypeMetadata>().LastOrDefault()?.Form ?? typeof(ErrorForm);
        if (document.Components?.Schemas?.ContainsKey(form.Name) != true)
            document.AddComponent(form.Name, await context.GetOrCreateSchemaAsync(form, cancellationToken: cancellationToken));
        foreach (var status in errors)
        {
            operation.Responses[status.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = Meaning(status, open),
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/json"] = new() { Schema = new OpenApiSchemaReference(form.Name, document) },
                },
            };
        }
    }

    private static OpenApiSchema SchemaOf(QueryType type) =>
        type switch
        {
            QueryType.Integer => new OpenApiSchema { Type = JsonSchemaType.Integer },
            QueryType.Flag => new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                Enum = [.. new[] { "true", "false", "True", "False" }.Select(w => JsonValue.Create(w)!)],
            },
            _ => new OpenApiSchema { Type = JsonSchemaType.String },
        };

    private static string Meaning(int status, bool open) =>
        status switch
        {
            400 => "What was sent is not as expected; the sentence names the field.",
            401 => "The token is missing or wrong.",
            403 => "A browser sent it for a page of another site.",
            404 => "There is no such thing.",
            409 => "What goes on does not allow it; `state` says what that is.",
            413 => "The body is too large.",
            408 => "The body came too slowly.",
            429 when open => "Too many deliveries come through this hook; Retry-After says when to try again.",
            429 => "Too many wrong tokens came from this address; Retry-After says when to try again.",
            503 => "Something that this needs does not answer.",
            _ => "The request cannot be served.",
        };
}
