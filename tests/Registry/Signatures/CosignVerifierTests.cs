using System.Security.Cryptography;
using System.Text;
using AutoDeploy.Registry.Signatures;
using AutoDeploy.Services;
using AutoDeploy.Sources;
using AutoDeploy.Testing;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;

namespace AutoDeploy.Registry.Tests.Signatures;

public class CosignVerifierTests
{
    private const string Digest = "sha256:1111111111111111111111111111111111111111111111111111111111111111";
    private const string Other = "sha256:2222222222222222222222222222222222222222222222222222222222222222";
    private const string Repository = "reg.acme.com:5000/acme/api";

    private static readonly ImageName Image = ImageName.Parse($"{Repository}:1.2@{Digest}");
    private static readonly CosignSigner Ecdsa = CosignSigner.WithNewKey();
    private static readonly SignatureKey EcdsaKey = Parse(Ecdsa.PublicKey);

    /// <summary>Kinds of keys, and how they sign.</summary>
    public static TheoryData<string> Kinds =>
        ["p256", "p384", "p384 with sha384", "rsa", "rsa pss", "rsa pss of the longest salt", "odd rsa pss of the longest salt", "ed25519"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_a_key_signed_holds_for_that_key_alone(string kind)
    {
        var signer = Create(kind);
        var payload = CosignSigner.Payload(Repository, Digest);
        var signature = new CosignSignature(payload, signer.Sign(payload));
        var key = Parse(signer.PublicKey);
        Assert.Null(CosignVerifier.FindObjection(signature, Image, [key]));
        Assert.Null(CosignVerifier.FindObjection(signature, Image, [EcdsaKey, key]));

        const string none = "has a signature by none of the keys that are given";
        Assert.Equal(none, CosignVerifier.FindObjection(signature, Image, []));
        Assert.Equal(none, CosignVerifier.FindObjection(signature, Image, [Parse(Create(kind).PublicKey), EcdsaKey]));
        Assert.Equal(none, CosignVerifier.FindObjection(signature with { Payload = [.. payload, (byte)' '] }, Image, [key]));
        foreach (var mangled in Mangle(Convert.FromBase64String(signature.Base64)))
            Assert.Equal(
                none,
                CosignVerifier.FindObjection(signature with { Base64 = Convert.ToBase64String(mangled) }, Image, [key, EcdsaKey])
            );
    }

    [Theory]
    [InlineData("reg.acme.com:5000/acme/api", null)]
    [InlineData("reg.acme.com:5000/acme/api:1.3", null)]
    [InlineData("reg.acme.com:5000/acme/web", "another repository")]
    [InlineData("reg.acme.com/acme/api", "another repository")]
    [InlineData("acme/api", "another repository")]
    [InlineData("reg.acme.com:5000/acme/api/", "another repository")]
    [InlineData("", "another repository")]
    [InlineData(null, "another repository")]
    public void A_signature_is_one_for_its_repository(string? signedFor, string? objection) =>
        Expect(objection, CosignSigner.Payload(signedFor, Digest));

    [Fact]
    public void Docker_Hub_has_more_than_one_name()
    {
        var payload = CosignSigner.Payload("index.docker.io/library/nginx", Digest);
        var image = ImageName.Parse($"nginx@{Digest}");
        Assert.Null(CosignVerifier.FindObjection(new CosignSignature(payload, Ecdsa.Sign(payload)), image, [EcdsaKey]));
    }

    [Theory]
    [InlineData(Other)]
    [InlineData("1111111111111111111111111111111111111111111111111111111111111111")]
    [InlineData("SHA256:1111111111111111111111111111111111111111111111111111111111111111")]
    [InlineData("")]
    [InlineData(null)]
    public void A_signature_of_another_digest_is_none(string? digest) => Expect("another digest", CosignSigner.Payload(Repository, digest));

    [Theory]
    [InlineData("", "no JSON")]
    [InlineData("\u0000", "no JSON")]
    [InlineData("{", "no JSON")]
    [InlineData("{} {}", "no JSON")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]", "no JSON")]
    [InlineData("null", "\"critical\"")]
    [InlineData("[]", "\"critical\"")]
    [InlineData("\"critical\"", "\"critical\"")]
    [InlineData("{}", "\"critical\"")]
    [InlineData("{\"critical\": null}", "\"critical.type\"")]
    [InlineData("{\"critical\": []}", "\"critical.type\"")]
    [InlineData("{\"critical\": {\"type\": 1}}", "\"critical.type\"")]
    [InlineData("{\"critical\": {\"type\": \"atomic container signature\"}}", "\"critical.type\"")]
    [InlineData("{\"critical\": {\"type\": \"cosign container image signature\"}}", "another digest")]
    [InlineData("{\"critical\": {\"type\": \"cosign container image signature\", \"image\": []}}", "another digest")]
    [InlineData(
        "{\"critical\": {\"type\": \"cosign container image signature\", \"image\": {\"docker-manifest-digest\": {}}}}",
        "another digest"
    )]
    [InlineData(
        "{\"critical\": {\"type\": \"cosign container image signature\", \"image\": {\"docker-manifest-digest\": \"" + Digest + "\"}}}",
        "another repository"
    )]
    [InlineData(
        "{\"critical\": {\"type\": \"cosign container image signature\", \"identity\": 1, \"image\": {\"docker-manifest-digest\": \""
            + Digest
            + "\"}}}",
        "another repository"
    )]
    public void What_is_signed_is_a_statement_on_this_image(string payload, string objection) =>
        Expect(objection, Encoding.UTF8.GetBytes(payload));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("=")]
    [InlineData("nö")]
    [InlineData("a-_b")]
    public void A_signature_is_base64(string text) =>
        Assert.Equal(
            "has a signature that is no base64 of up to 4,096 characters",
            CosignVerifier.FindObjection(new CosignSignature(CosignSigner.Payload(Repository, Digest), text), Image, [EcdsaKey])
        );

    [Fact]
    public void A_signature_has_a_length() =>
        Assert.Contains(
            "4,096",
            CosignVerifier.FindObjection(
                new CosignSignature(CosignSigner.Payload(Repository, Digest), new string('A', 4100)),
                Image,
                [EcdsaKey]
            ),
            StringComparison.Ordinal
        );

    private static void Expect(string? objection, byte[] payload)
    {
        var found = CosignVerifier.FindObjection(new CosignSignature(payload, Ecdsa.Sign(payload)), Image, [EcdsaKey]);
        if (objection is null)
            Assert.Null(found);
        else
            Assert.Contains(objection, found, StringComparison.Ordinal);
    }

    private static IEnumerable<byte[]> Mangle(byte[] signature)
    {
        yield return [0];
        yield return signature[..^1];
        yield return [.. signature, 0];
        yield return new byte[signature.Length];
        yield return [.. Enumerable.Repeat((byte)0xff, signature.Length)];
        var turned = signature.ToArray();
        turned[^1] ^= 1;
        yield return turned;
    }

    private static SignatureKey Parse(string pem)
    {
        Assert.True(SignatureKey.TryParse(pem, out var key, out var error), error);
        return key;
    }

    private static CosignSigner Create(string kind)
    {
        switch (kind)
        {
            case "p256":
                return CosignSigner.WithNewKey();
            case "p384":
            case "p384 with sha384":
                var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP384);
                var hash = kind == "p384" ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA384;
                return new CosignSigner(
                    ecdsa.ExportSubjectPublicKeyInfoPem(),
                    payload => ecdsa.SignData(payload, hash, DSASignatureFormat.Rfc3279DerSequence)
                );
            case "rsa":
            case "rsa pss":
                var rsa = RSA.Create(2048);
                return new CosignSigner(
                    rsa.ExportSubjectPublicKeyInfoPem(),
                    payload =>
                        rsa.SignData(payload, HashAlgorithmName.SHA256, kind == "rsa" ? RSASignaturePadding.Pkcs1 : RSASignaturePadding.Pss)
                );
            case "rsa pss of the longest salt":
                return Create(CreateRsa(2048), new PssSigner(new RsaEngine(), new Sha256Digest(), 256 - 32 - 2));
            case "odd rsa pss of the longest salt":
                // one bit more than a whole number of bytes: the encoded message is a byte shorter than the key
                return Create(CreateRsa(2049), new PssSigner(new RsaEngine(), new Sha256Digest(), 256 - 32 - 2));
            default:
                var generator = new Ed25519KeyPairGenerator();
                generator.Init(new Ed25519KeyGenerationParameters(new SecureRandom()));
                return Create(generator.GenerateKeyPair(), new Ed25519Signer());
        }
    }

    private static AsymmetricCipherKeyPair CreateRsa(int bits)
    {
        var generator = new RsaKeyPairGenerator();
        generator.Init(new KeyGenerationParameters(new SecureRandom(), bits));
        return generator.GenerateKeyPair();
    }

    private static CosignSigner Create(AsymmetricCipherKeyPair pair, ISigner signer) =>
        new(
            new string(
                PemEncoding.Write("PUBLIC KEY", SubjectPublicKeyInfoFactory.CreateSubjectPublicKeyInfo(pair.Public).GetDerEncoded())
            ),
            payload =>
            {
                signer.Init(forSigning: true, pair.Private);
                signer.BlockUpdate(payload, 0, payload.Length);
                return signer.GenerateSignature();
            }
        );
}
