using System.Security.Cryptography;
using System.Text;
using AutoDeploy.Testing;

namespace AutoDeploy.Containers.Tests;

/// <summary>An image whose layer is not the archive that it says to be.</summary>
internal sealed class BrokenImage(RegistryServer registry)
{
    public async Task<string> Push(string repository)
    {
        var layer = await Blob(repository, "this is no archive");
        var config = await Blob(
            repository,
            $$$"""{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["{{{layer}}}"]}}"""
        );
        var manifest = $$$"""
            {"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json",
             "config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":175,"digest":"{{{config}}}"},
             "layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip","size":18,"digest":"{{{layer}}}"}]}
            """;
        using var body = new StringContent(manifest, Encoding.UTF8);
        body.Headers.ContentType = new("application/vnd.docker.distribution.manifest.v2+json");
        using var done = await registry.Http.PutAsync($"v2/{repository}/manifests/broken", body);
        done.EnsureSuccessStatusCode();
        return Hash(manifest);
    }

    private async Task<string> Blob(string repository, string content)
    {
        using var begun = await registry.Http.PostAsync($"v2/{repository}/blobs/uploads/", null);
        var digest = Hash(content);
        using var body = new ByteArrayContent(Encoding.UTF8.GetBytes(content));
        using var done = await registry.Http.PutAsync($"{begun.Headers.Location}&digest={Uri.EscapeDataString(digest)}", body);
        done.EnsureSuccessStatusCode();
        return digest;
    }

    private static string Hash(string content) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
}
