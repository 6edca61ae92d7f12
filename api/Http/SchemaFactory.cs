using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace AutoDeploy.Api.Http;

/// <summary>Short ways to describe members of request bodies.</summary>
public static class SchemaFactory
{
    public static Func<OpenApiSchema> Text(string description, params string[] words) =>
        () =>
            new OpenApiSchema
            {
                Type = JsonSchemaType.String | JsonSchemaType.Null,
                Description = description,
                Enum = words.Length == 0 ? null : [.. words.Select(w => (JsonNode)JsonValue.Create(w))],
            };

    public static Func<OpenApiSchema> RequiredText(string description) =>
        () => new OpenApiSchema { Type = JsonSchemaType.String, Description = description };

    public static Func<OpenApiSchema> Flag(string description, bool otherwise = false) =>
        () =>
            new OpenApiSchema
            {
                Type = JsonSchemaType.Boolean | JsonSchemaType.Null,
                Description = description,
                Default = JsonValue.Create(otherwise),
            };

    public static Func<OpenApiSchema> Integer(string description, long min, long max, long? otherwise = null, bool orText = false) =>
        () =>
            new OpenApiSchema
            {
                Type = (orText ? JsonSchemaType.String : 0) | JsonSchemaType.Integer | JsonSchemaType.Null,
                Description = description,
                Minimum = min.ToString(CultureInfo.InvariantCulture),
                Maximum = max.ToString(CultureInfo.InvariantCulture),
                Default = otherwise is { } value ? JsonValue.Create(value) : null,
            };

    public static Func<OpenApiSchema> Number(string description, double min, double max, double otherwise) =>
        () =>
            new OpenApiSchema
            {
                Type = JsonSchemaType.Number | JsonSchemaType.Null,
                Description = description,
                Minimum = min.ToString(CultureInfo.InvariantCulture),
                Maximum = max.ToString(CultureInfo.InvariantCulture),
                Default = JsonValue.Create(otherwise),
            };

    public static Func<OpenApiSchema> Texts(string description) =>
        () =>
            new OpenApiSchema
            {
                Type = JsonSchemaType.Array | JsonSchemaType.Null,
                Description = description,
                Items = new OpenApiSchema { Type = JsonSchemaType.String },
            };

    public static Func<OpenApiSchema> Map(string description) =>
        () =>
            new OpenApiSchema
            {
                Type = JsonSchemaType.Object | JsonSchemaType.Null,
                Description = description,
                AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.String },
            };

    public static Func<OpenApiSchema> Objects(string description, IJsonBinder items) =>
        () =>
            new OpenApiSchema
            {
                Type = JsonSchemaType.Array | JsonSchemaType.Null,
                Description = description,
                Items = items.Schema(creating: true),
            };

    public static Func<OpenApiSchema> Object(string description, IJsonBinder members) =>
        () =>
        {
            var schema = members.Schema(creating: true);
            schema.Type |= JsonSchemaType.Null;
            schema.Description = description;
            return schema;
        };
}
