using System.Text.Json;
using Microsoft.OpenApi;

namespace AutoDeploy.Api.Http;

/// <summary>
/// All members that a body may have; the same table reads bodies and documents them. Our own, because a serializer's errors do not say in a
/// sentence which field is wrong and what is expected.
/// </summary>
/// <param name="readOnly">Members of the answers that cannot be set.</param>
public sealed class JsonBinder<T>(IReadOnlyList<PropertyBinding<T>> members, IReadOnlyList<string>? readOnly = null) : IJsonBinder
{
    private readonly Dictionary<string, PropertyBinding<T>> _byName = members.ToDictionary(m => m.Name, StringComparer.Ordinal);

    public IEnumerable<string> Names => _byName.Keys;

    public async Task ReadBody(HttpContext context, T into, bool creating) =>
        Read(new RequestValue(await JsonBody.Read(context), ""), into, creating);

    public T Read(RequestValue value, T into, bool creating = true)
    {
        if (value.Element.ValueKind != JsonValueKind.Object)
            throw value.CreateTypeError("an object");

        var given = value.ReadMembers(int.MaxValue);
        foreach (var (name, inner) in given)
            if (!_byName.ContainsKey(name))
                throw Unknown(name, inner);
        foreach (var propertyBinding in members)
        {
            var at = given.FindIndex(g => g.Key == propertyBinding.Name);
            if (at >= 0)
                propertyBinding.Read(into, given[at].Value);
            else if (creating && propertyBinding.Required)
                throw new RequestValue(
                    default,
                    value.Path.Length == 0 ? propertyBinding.Name : $"{value.Path}.{propertyBinding.Name}"
                ).CreateError($"is missing; expected {Expected(propertyBinding)}");
        }

        return into;
    }

    public OpenApiSchema Schema(bool creating)
    {
        var schema = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Properties = new Dictionary<string, IOpenApiSchema>(),
            AdditionalPropertiesAllowed = false,
            Required = new HashSet<string>(members.Where(m => creating && m.Required).Select(m => m.Name)),
        };
        foreach (var propertyBinding in members)
            schema.Properties[propertyBinding.Name] = propertyBinding.Schema();
        return schema;
    }

    private static string Expected(PropertyBinding<T> propertyBinding)
    {
        var description = propertyBinding.Schema().Description ?? "a value";
        var end = description.IndexOfAny(['.', ';', ':']);
        var first = end > 0 ? description[..end] : description;
        return char.ToLowerInvariant(first[0]) + first[1..];
    }

    private ApiException Unknown(string name, RequestValue value)
    {
        if (readOnly?.Contains(name) == true)
            return value.CreateError("cannot be set");
        var path = ApiException.Shorten(value.Path);
        return ApiException.BadRequest(
            SentenceText.FindClosest(name, _byName.Keys) is { } meant
                ? $"`{path}` is not a member; did you mean `{meant}`?"
                : $"`{path}` is not a member; the members are {string.Join(", ", members.Select(m => $"`{m.Name}`"))}."
        );
    }
}
