using AutoDeploy.Services;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Who has to have signed an image.</summary>
/// <param name="Cosign">Signatures as cosign makes them.</param>
public sealed record VerifyResponse(CosignResponse Cosign)
{
    public static VerifyResponse? From(SignatureRule? rule) => rule is null ? null : new VerifyResponse(new CosignResponse(rule.Keys));
}
