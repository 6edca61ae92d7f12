using System.Text.Json;
using System.Text.Json.Serialization;

namespace AutoDeploy.Api.Hooks;

/// <summary>
/// Looks for <c>ci.skip</c> in a push's options: a member of that name, a <c>skip</c> in <c>ci</c>, or a text in a list, by GitLab's age.
/// </summary>
internal sealed class GitLabSkip : JsonConverter<bool>
{
    public override bool HandleNull => true;

    public override bool Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var pushOptions = JsonElement.ParseValue(ref reader);
        return pushOptions.ValueKind switch
        {
            JsonValueKind.Object => pushOptions.TryGetProperty("ci.skip", out _)
                || (
                    pushOptions.TryGetProperty("ci", out var ci) && ci.ValueKind == JsonValueKind.Object && ci.TryGetProperty("skip", out _)
                ),
            JsonValueKind.Array => pushOptions.EnumerateArray().Any(o => o.ValueKind == JsonValueKind.String && o.ValueEquals("ci.skip")),
            _ => false,
        };
    }

    public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) => throw new NotSupportedException();
}
