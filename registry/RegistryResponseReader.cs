using System.Text.Json;
using AutoDeploy.Ports;
using AutoDeploy.Sources;

namespace AutoDeploy.Registry;

/// <summary>Reads the bodies and headers of registries' answers.</summary>
internal static class RegistryResponseReader
{
    /// <summary>Null: missing or invalid.</summary>
    public static string? Digest(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Docker-Content-Digest", out var values)
        && values.FirstOrDefault() is { } digest
        && ImageName.IsDigest(digest)
            ? digest
            : null;

    /// <exception cref="RegistryException">It cannot be read.</exception>
    public static List<string> Tags(byte[] json, ImageName image)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.TryGetProperty("tags", out var tags) && tags.ValueKind == JsonValueKind.Array
                ? [.. tags.EnumerateArray().Where(tag => tag.ValueKind == JsonValueKind.String).Select(tag => tag.GetString()!)]
                : [];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new RegistryException(
                RegistryFault.Refused,
                $"The registry {image.Host} listed the tags of {image.Path} in a form that cannot be read.",
                e
            );
        }
    }
}
