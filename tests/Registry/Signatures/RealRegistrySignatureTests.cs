using AutoDeploy.Ports;
using AutoDeploy.Sources;
using AutoDeploy.Testing;
using Microsoft.Extensions.Options;

namespace AutoDeploy.Registry.Tests.Signatures;

public class RealRegistrySignatureTests
{
    [Fact]
    public async Task A_real_registry_keeps_signatures_and_fails_closed_when_it_is_down()
    {
        await using var registry = await RegistryServer.Start();
        using var client = new RegistryClient(Options.Create(new RegistryOptions()), TimeProvider.System);
        var (signer, other) = (CosignSigner.WithNewKey(), CosignSigner.WithNewKey());
        var (tagged, referred) = (await Push("1"), await Push("2"));
        Assert.True((await Check(tagged)).IsMissing);

        await other.Push(registry, "acme/api", tagged);
        Assert.Equal(new SignatureCheck("has a signature by none of the keys that are given"), await Check(tagged));
        await signer.Push(registry, "acme/api", tagged);
        await signer.PushReferrer(registry, "acme/api", referred);
        Assert.Equal([SignatureCheck.Signed, SignatureCheck.Signed], [await Check(tagged), await Check(referred)]);
        Assert.True((await Check(await Push("3"))).IsMissing);

        await registry.Stop();
        Assert.Equal(RegistryFault.Unreachable, (await Assert.ThrowsAsync<RegistryException>(() => Check(tagged))).Fault);

        Task<string> Push(string version) => TestImage.Web(version).Push(registry, "acme/api", version);
        Task<SignatureCheck> Check(string digest) =>
            client.CheckSignature(ImageName.Parse($"{registry.Host}/acme/api@{digest}"), [signer.PublicKey], null, default);
    }
}
