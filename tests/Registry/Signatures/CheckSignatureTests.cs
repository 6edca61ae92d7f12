using System.Net;
using System.Text;
using AutoDeploy.Ports;
using AutoDeploy.Registry.Signatures;
using AutoDeploy.Sources;
using AutoDeploy.Testing;
using Microsoft.Extensions.Options;

namespace AutoDeploy.Registry.Tests.Signatures;

/// <summary>Where signatures are looked for, and what a registry may send.</summary>
public class CheckSignatureTests
{
    private const string Digest = "sha256:1111111111111111111111111111111111111111111111111111111111111111";
    private const string Tag = "sha256-1111111111111111111111111111111111111111111111111111111111111111";
    private const string Repository = "reg.acme.com/acme/api";

    private static readonly CosignSigner Signer = CosignSigner.WithNewKey();
    private static readonly ImageName Image = ImageName.Parse($"{Repository}:1@{Digest}");
    private static readonly byte[] Payload = CosignSigner.Payload(Repository, Digest);

    private readonly Dictionary<string, byte[]> _kept = [];
    private readonly List<string> _asked = [];

    [Fact]
    public async Task A_signature_is_found_under_its_tag()
    {
        Keep($"manifests/{Tag}.sig", CosignSigner.Manifest(Signed(Payload)));
        Assert.Equal(SignatureCheck.Signed, await Check());
        Assert.Equal(2, _asked.Count);
    }

    [Theory]
    [InlineData("referrers/" + Digest)]
    [InlineData("manifests/" + Tag)]
    public async Task A_signature_is_found_among_the_referrers(string list)
    {
        var manifest = CosignSigner.Manifest(Signed(Payload));
        KeepManifest(manifest);
        Keep(list, CosignSigner.Referrers(([1, 2, 3], "application/spdx+json"), (manifest, CosignSigner.ArtifactType)));
        Assert.Equal(SignatureCheck.Signed, await Check());
    }

    [Fact]
    public async Task One_of_many_signatures_is_enough()
    {
        Keep($"manifests/{Tag}.sig", CosignSigner.Manifest(Signed(Payload, CosignSigner.WithNewKey()), Signed(Payload)));
        Assert.Equal(SignatureCheck.Signed, await Check());
    }

    [Fact]
    public async Task An_image_without_any_signature_is_not_signed_yet()
    {
        Assert.Equal(new SignatureCheck("has no signature in its registry", IsMissing: true), await Check());
        // lists, but nothing of cosign's in them
        Keep($"referrers/{Digest}", CosignSigner.Referrers(([1], "application/spdx+json")));
        Keep($"manifests/{Tag}.sig", CosignSigner.Manifest());
        Assert.True((await Check()).IsMissing);
    }

    [Fact]
    public async Task A_signature_that_does_not_hold_says_why()
    {
        var other = CosignSigner.WithNewKey();
        await Expect("has a signature by none of the keys that are given", CosignSigner.Manifest(Signed(Payload, other)));
        await Expect(
            $"has a signature for another repository than {Repository}",
            CosignSigner.Manifest(Signed(CosignSigner.Payload("reg.acme.com/acme/web", Digest)))
        );
        await Expect(
            "has a signature of another digest; it has a signature by none of the keys that are given",
            CosignSigner.Manifest(Signed(CosignSigner.Payload(Repository, "sha256:" + new string('2', 64))), Signed(Payload, other))
        );
        // nobody has the payload
        await Expect("has a signature whose payload is missing", CosignSigner.Manifest(([5], Signer.Sign([5]))));
        // the payload under the digest is another one, with a signature that holds
        Keep("blobs/" + ImageLayer.Hash([6]), Payload);
        await Expect("has a signature whose payload is not what its digest says", CosignSigner.Manifest(([6], Signer.Sign(Payload))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"layers\": {}}")]
    public async Task A_manifest_that_cannot_be_read_has_no_signature(string manifest)
    {
        await Expect("has signatures in a manifest that cannot be read", Encoding.UTF8.GetBytes(manifest));
        _kept.Clear();
        Keep($"referrers/{Digest}", Encoding.UTF8.GetBytes(manifest));
        Assert.Equal(new SignatureCheck("has a list of referrers that cannot be read"), await Check());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[null, 1, \"a\", []]")]
    [InlineData("[{}]")]
    [InlineData("[{\"mediaType\": 1, \"digest\": {}, \"annotations\": []}]")]
    [InlineData("[{\"mediaType\": \"application/vnd.dev.cosign.simplesigning.v1+json\", \"digest\": \"../../../../secret\"}]")]
    public async Task Layers_and_referrers_that_are_none_are_left_out(string items)
    {
        Keep($"manifests/{Tag}.sig", Encoding.UTF8.GetBytes($$"""{"layers": {{items}}}"""));
        Keep($"referrers/{Digest}", Encoding.UTF8.GetBytes($$"""{"manifests": {{items}}}"""));
        Assert.True((await Check()).IsMissing);
        Assert.Equal(2, _asked.Count);
    }

    [Fact]
    public async Task A_bundle_is_not_accepted_and_says_so()
    {
        Keep($"referrers/{Digest}", CosignSigner.Referrers(([1], "application/vnd.dev.sigstore.bundle.v0.3+json")));
        var check = await Check();
        Assert.Contains("--new-bundle-format=false", check.Objection, StringComparison.Ordinal);
        Assert.False(check.IsMissing);
    }

    [Fact]
    public async Task No_more_than_so_many_signatures_are_looked_at()
    {
        Keep(
            $"manifests/{Tag}.sig",
            CosignSigner.Manifest([.. Enumerable.Range(0, 1000).Select(_ => Signed(Payload, CosignSigner.WithNewKey())), Signed(Payload)])
        );
        Assert.StartsWith("has more than 32 signatures", (await Check()).Objection, StringComparison.Ordinal);
        Assert.InRange(_asked.Count, 1, SignatureChecker.MaxSignatures + 3);
    }

    [Fact]
    public async Task What_is_too_long_is_refused()
    {
        Keep($"manifests/{Tag}.sig", new byte[SignatureChecker.MaxManifestBytes + 1]);
        Assert.Equal(RegistryFault.Refused, (await Assert.ThrowsAsync<RegistryException>(Check)).Fault);
        var payload = new byte[SignatureChecker.MaxPayloadBytes + 1];
        Keep($"manifests/{Tag}.sig", CosignSigner.Manifest(Signed(payload)));
        Assert.Equal(RegistryFault.Refused, (await Assert.ThrowsAsync<RegistryException>(Check)).Fault);
    }

    [Theory]
    [InlineData("manifests/" + Tag + ".sig", HttpStatusCode.InternalServerError, RegistryFault.Unreachable)]
    [InlineData("manifests/" + Tag + ".sig", HttpStatusCode.Forbidden, RegistryFault.Unauthorized)]
    [InlineData("referrers/" + Digest, HttpStatusCode.BadGateway, RegistryFault.Unreachable)]
    [InlineData("referrers/" + Digest, HttpStatusCode.TooManyRequests, RegistryFault.TooManyRequests)]
    public async Task A_registry_that_is_out_of_order_is_no_registry_without_signatures(
        string what,
        HttpStatusCode status,
        RegistryFault fault
    )
    {
        using var client = Client(path => path == what ? new HttpResponseMessage(status) : new(HttpStatusCode.NotFound));
        var failure = await Assert.ThrowsAsync<RegistryException>(() => Check(client));
        Assert.Equal(fault, failure.Fault);
    }

    private static Task<SignatureCheck> Check(RegistryClient client) => client.CheckSignature(Image, [Signer.PublicKey], null, default);

    private async Task<SignatureCheck> Check()
    {
        _asked.Clear();
        using var client = Client(path =>
        {
            _asked.Add(path);
            return _kept.TryGetValue(path, out var content)
                ? new HttpResponseMessage { Content = new ByteArrayContent(content) }
                : new HttpResponseMessage(HttpStatusCode.NotFound);
        });
        return await Check(client);
    }

    private async Task Expect(string objection, byte[] manifest)
    {
        Keep($"manifests/{Tag}.sig", manifest);
        Assert.Equal(new SignatureCheck(objection), await Check());
    }

    private static RegistryClient Client(Func<string, HttpResponseMessage> answer) =>
        new(
            Options.Create(new RegistryOptions()),
            TimeProvider.System,
            new AnsweringHandler(request => answer(request.RequestUri!.AbsolutePath["/v2/acme/api/".Length..]))
        );

    private (byte[] Payload, string Signature) Signed(byte[] payload, CosignSigner? signer = null)
    {
        Keep("blobs/" + ImageLayer.Hash(payload), payload);
        return (payload, (signer ?? Signer).Sign(payload));
    }

    private void KeepManifest(byte[] manifest) => Keep("manifests/" + ImageLayer.Hash(manifest), manifest);

    private void Keep(string path, byte[] content) => _kept[path] = content;
}
