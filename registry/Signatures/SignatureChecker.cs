using System.Security.Cryptography;
using AutoDeploy.Ports;
using AutoDeploy.Services;
using AutoDeploy.Sources;

namespace AutoDeploy.Registry.Signatures;

/// <summary>
/// Looks for the signatures of an image where cosign keeps them, until one holds: under the tag <c>sha256-….sig</c>, and among the
/// image's referrers, which a registry without that list has under the tag <c>sha256-…</c>.
/// </summary>
/// <param name="image">With its digest.</param>
/// <param name="get">Gets what has a path below the repository, with so many bytes at most; null: it is not there.</param>
internal sealed class SignatureChecker(ImageName image, Func<string, int, Task<RegistryContent?>> get)
{
    public const int MaxSignatures = 32;
    public const int MaxPayloadBytes = 64 * 1024;
    public const int MaxManifestBytes = 1024 * 1024;
    private const int MaxReferrers = 32;
    private const int MaxPages = 5;
    private const int MaxReasons = 3;

    private readonly string _tag = image.Digest!.Replace(':', '-');
    private readonly List<string> _reasons = [];
    private readonly HashSet<(string Digest, string Base64)> _looked = [];

    /// <exception cref="RegistryException">The registry refused or did not answer.</exception>
    public async Task<SignatureCheck> Check(IReadOnlyList<string> pems, CancellationToken cancellationToken)
    {
        var keys = new List<SignatureKey>();
        foreach (var pem in pems)
            if (SignatureKey.TryParse(pem, out var key, out _))
                keys.Add(key);

        if (await get($"manifests/{_tag}.sig", MaxManifestBytes) is { } tagged && await HasValid(tagged.Bytes, keys, cancellationToken))
            return SignatureCheck.Signed;
        foreach (var digest in await ListReferrers(cancellationToken))
            if (
                await get($"manifests/{digest}", MaxManifestBytes) is { } manifest
                && HasDigest(manifest.Bytes, digest)
                && await HasValid(manifest.Bytes, keys, cancellationToken)
            )
                return SignatureCheck.Signed;

        return _reasons.Count == 0
            ? new SignatureCheck("has no signature in its registry", IsMissing: true)
            : new SignatureCheck(string.Join("; it ", _reasons.Distinct().Take(MaxReasons)));
    }

    /// <summary>Whether one of the signatures in a manifest holds; why the others do not is noted.</summary>
    private async Task<bool> HasValid(byte[] manifest, List<SignatureKey> keys, CancellationToken cancellationToken)
    {
        if (SignatureManifest.ReadLayers(manifest) is not { } layers)
        {
            _reasons.Add("has signatures in a manifest that cannot be read");
            return false;
        }

        foreach (var layer in layers)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!_looked.Add(layer))
                continue;
            if (_looked.Count > MaxSignatures)
            {
                _reasons.Insert(0, $"has more than {MaxSignatures} signatures, of which no more are looked at");
                return false;
            }

            var objection =
                await get($"blobs/{layer.Digest}", MaxPayloadBytes) is not { } payload ? "has a signature whose payload is missing"
                : !HasDigest(payload.Bytes, layer.Digest) ? "has a signature whose payload is not what its digest says"
                : CosignVerifier.FindObjection(new CosignSignature(payload.Bytes, layer.Base64), image, keys);
            if (objection is null)
                return true;
            _reasons.Add(objection);
        }

        return false;
    }

    private async Task<IReadOnlyList<string>> ListReferrers(CancellationToken cancellationToken)
    {
        var found = new List<string>();
        var hasBundles = false;
        var page = await get($"referrers/{image.Digest}", MaxManifestBytes) ?? await get($"manifests/{_tag}", MaxManifestBytes);
        for (var pages = 1; page is not null; pages++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (SignatureManifest.ReadReferrers(page.Bytes) is not { } referrers)
            {
                _reasons.Add("has a list of referrers that cannot be read");
                break;
            }

            found.AddRange(referrers.Digests);
            hasBundles |= referrers.HasBundles;
            if (page.Next?.Address is not { } next || pages == MaxPages || found.Count >= MaxReferrers)
                break;
            page = await get(next.AbsoluteUri, MaxManifestBytes);
        }

        if (hasBundles)
            _reasons.Add(
                "has a signature in the form of a Sigstore bundle, which does not name the repository and is not accepted (sign with "
                    + "cosign's --new-bundle-format=false)"
            );
        return [.. found.Take(MaxReferrers)];
    }

    private static bool HasDigest(byte[] content, string digest) =>
        digest == "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));
}
