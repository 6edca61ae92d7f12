using System.Text.Json;
using Microsoft.OpenApi;

namespace AutoDeploy.Api.Http;

/// <summary>One member of a request's body: how it is described and read.</summary>
/// <param name="Schema">What the OpenAPI document says of it.</param>
/// <param name="Read">Puts the value into what is being made, or throws a 400.</param>
public sealed record Member<T>(string Name, Func<OpenApiSchema> Schema, Action<T, Value> Read)
{
    /// <summary>It has to be there when something is created.</summary>
    public bool Required { get; init; }
}

/// <summary>What the OpenAPI document has to know of a request's body.</summary>
public interface IMemberTable
{
    /// <param name="creating">Members that something cannot be created without are required.</param>
    OpenApiSchema Schema(bool creating);
}

/// <summary>All members that a body may have; the same table reads bodies and documents them.</summary>
/// <param name="readOnly">Members of the answers that cannot be set.</param>
public sealed class MemberTable<T>(IReadOnlyList<Member<T>> members, IReadOnlyList<string>? readOnly = null) : IMemberTable
{
    private readonly Dictionary<string, Member<T>> _byName = members.ToDictionary(m => m.Name, StringComparer.Ordinal);

    public IEnumerable<string> Names => _byName.Keys;

    public async Task ReadBody(HttpContext context, T into, bool creating) =>
        Read(new Value(await JsonBody.Read(context), ""), into, creating);

    public T Read(Value value, T into, bool creating = true)
    {
        if (value.Element.ValueKind != JsonValueKind.Object)
            throw value.NotA("an object");

        var given = value.Members(int.MaxValue);
        foreach (var (name, inner) in given)
            if (!_byName.ContainsKey(name))
                throw Unknown(name, inner);
        foreach (var member in members)
        {
            var at = given.FindIndex(g => g.Key == member.Name);
            if (at >= 0)
                member.Read(into, given[at].Value);
            else if (creating && member.Required)
                throw new Value(default, value.Path.Length == 0 ? member.Name : $"{value.Path}.{member.Name}")
                    .Wrong($"is missing; expected {Expected(member)}");
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
        foreach (var member in members)
            schema.Properties[member.Name] = member.Schema();
        return schema;
    }

    private static string Expected(Member<T> member)
    {
        var description = member.Schema().Description ?? "a value";
        var end = description.IndexOfAny(['.', ';', ':']);
        var first = end > 0 ? description[..end] : description;
        return char.ToLowerInvariant(first[0]) + first[1..];
    }

    private HttpFailure Unknown(string name, Value value)
    {
        if (readOnly?.Contains(name) == true)
            return value.Wrong("cannot be set");
        var path = HttpFailure.Shorten(value.Path);
        return HttpFailure.BadRequest(Words.Closest(name, _byName.Keys) is { } meant
            ? $"`{path}` is not a member; did you mean `{meant}`?"
            : $"`{path}` is not a member; the members are {string.Join(", ", members.Select(m => $"`{m.Name}`"))}.");
    }
}
