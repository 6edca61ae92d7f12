using System.Text.Json;
using AutoDeploy.Testing;

namespace AutoDeploy.Api.Tests;

/// <summary>Required signatures as they are set and shown.</summary>
[Collection("server")]
public sealed class VerifyTests(ApiServer server)
{
    private const string Organization = "/api/app/v1/organization/default/";

    private static readonly string Verify = JsonSerializer.Serialize(
        new { cosign = new { keys = new[] { CosignSigner.WithNewKey().PublicKey, CosignSigner.WithNewKey().PublicKey } } }
    );

    [Fact]
    public async Task A_service_shows_whose_signature_it_requires_and_null_sets_it_back()
    {
        var service = await server.CreateService($"\"verify\": {Verify}");
        var shown = (await server.Get(service)).Json.GetProperty("verify");
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(Verify).RootElement, shown));
        // what was read can be sent back, and other changes leave it
        Assert.Equal(200, (await server.Patch(service, $$"""{"verify": {{shown.GetRawText()}}}""")).Status);
        var changed = (await server.Patch(service, """{"nickname": "signed"}""")).Json;
        Assert.True(JsonElement.DeepEquals(shown, changed.GetProperty("verify")));
        Assert.True(changed.GetProperty("synchronized").GetBoolean());

        var refused = await server.Patch(service, """{"git_repository": {"url": "https://git.acme.com/a/b.git", "branch": "main"}}""");
        Assert.Equal(400, refused.Status);
        Assert.Contains("`verify` is for images; expected null", refused.Json.GetProperty("error").GetString(), StringComparison.Ordinal);

        changed = (await server.Patch(service, """{"verify": null}""")).Json;
        Assert.Equal(JsonValueKind.Null, changed.GetProperty("verify").ValueKind);
    }

    [Fact]
    public async Task An_organization_requires_signatures_of_all_images()
    {
        var before = await server.Get(Organization);
        Assert.Equal(JsonValueKind.Null, before.Json.GetProperty("verify").ValueKind);
        try
        {
            var changed = (await server.Patch(Organization, $$"""{"verify": {{Verify}}}""")).Json;
            Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(Verify).RootElement, changed.GetProperty("verify")));
            Assert.Equal(changed.GetRawText(), (await server.Get(Organization)).Text);
        }
        finally
        {
            Assert.Equal(before.Text, (await server.Patch(Organization, """{"verify": null}""")).Text);
        }
    }
}
