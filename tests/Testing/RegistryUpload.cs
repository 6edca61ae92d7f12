using System.Net.Http.Headers;

namespace AutoDeploy.Testing;

/// <summary>Writes blobs and manifests into a repository.</summary>
public sealed class RegistryUpload(HttpClient http, string repository)
{
    public const string ManifestType = "application/vnd.docker.distribution.manifest.v2+json";

    public async Task<string> Blob(byte[] content, string? digest = null)
    {
        digest ??= ImageLayer.Hash(content);
        using (var there = await http.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"v2/{repository}/blobs/{digest}")))
            if (there.IsSuccessStatusCode)
                return digest;

        using var begun = await http.PostAsync($"v2/{repository}/blobs/uploads/", null);
        begun.EnsureSuccessStatusCode();
        var place = new UriBuilder(new Uri(http.BaseAddress!, begun.Headers.Location!));
        place.Query = place.Query.TrimStart('?') + "&digest=" + Uri.EscapeDataString(digest);
        using var body = new ByteArrayContent(content);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var done = await http.PutAsync(place.Uri, body);
        done.EnsureSuccessStatusCode();
        return digest;
    }

    public async Task<string> Manifest(byte[] content, string reference, string type = ManifestType)
    {
        using var body = new ByteArrayContent(content);
        body.Headers.ContentType = new MediaTypeHeaderValue(type);
        using var done = await http.PutAsync($"v2/{repository}/manifests/{reference}", body);
        done.EnsureSuccessStatusCode();
        return ImageLayer.Hash(content);
    }
}
