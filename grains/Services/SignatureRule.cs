using System.Collections.Immutable;

namespace AutoDeploy.Services;

/// <summary>Images have to be signed with cosign by one of the keys.</summary>
/// <param name="Keys">Public keys in PEM, at least one; each can be read by <see cref="SignatureKey.TryParse"/>.</param>
[GenerateSerializer, Immutable, Alias("AutoDeploy.SignatureRule")]
public sealed record SignatureRule([property: Id(0)] ImmutableArray<string> Keys)
{
    public const int MaxKeys = 20;
}
