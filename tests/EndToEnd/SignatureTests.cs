using AutoDeploy.Testing;

namespace AutoDeploy.EndToEnd.Tests;

/// <summary>Images that have to be signed.</summary>
[Collection(TestEnvironment.WaitingCollectionName)]
public class SignatureTests(TestEnvironment environment)
{
    [Fact]
    public async Task A_signed_push_is_deployed_and_an_unsigned_one_leaves_the_old_version_running()
    {
        var signer = CosignSigner.WithNewKey();
        var service = await environment.CreateRunningService("signed");
        await service.Patch(new { verify = new { cosign = new { keys = new[] { signer.PublicKey } } } });

        var signed = await Push("v2");
        await Sign(signer, signed);
        await environment.SendDelivery(service.Name, "latest", signed);
        var action = await service.WaitForDeployment();
        Assert.Equal("v2", await service.AskService());
        Assert.Contains("is signed as the `verify` of the service requires", await service.ReadLog(action), StringComparison.Ordinal);

        // somebody else's signature is none; and it is refused before the engine has the image
        var foreign = await Push("v3");
        await Sign(CosignSigner.WithNewKey(), foreign);
        var containers = await service.ListContainerIds();
        await environment.SendDelivery(service.Name, "latest", foreign);
        action = await service.WaitForJudgement(2);
        Assert.Equal("Failed", (string)action["state"]!);
        Assert.StartsWith("Unsigned: ", (string)action["result"]!, StringComparison.Ordinal);
        var verdict = (await service.WaitForVerdicts(2))[0]!;
        Assert.StartsWith("Unsigned: ", (string)verdict["action_result"]!, StringComparison.Ordinal);
        Assert.Equal(containers, await service.ListContainerIds());
        Assert.DoesNotContain(foreign, await environment.Cli("images", "--digests"), StringComparison.Ordinal);
        Assert.Equal("v2", await service.AskService());

        // signed after all, it is deployed when somebody asks for it
        await Sign(signer, foreign);
        await service.Post("redeploy/");
        Assert.Equal("Success", (string)(await service.WaitForEnd())["state"]!);
        Assert.Equal("v3", await service.AskService());

        // the quiet registry has the data of the one that the service is named after
        Task Sign(CosignSigner by, string digest) => by.Push(environment.QuietRegistry, service.Name, digest, environment.Registry.Host);
        Task<string> Push(string version) => TestImage.HealthyWeb(version).Push(environment.QuietRegistry, service.Name, "latest");
    }
}
