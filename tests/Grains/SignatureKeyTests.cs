using System.Security.Cryptography;
using AutoDeploy.Services;

namespace AutoDeploy.Grains.Tests;

public class SignatureKeyTests
{
    private const string Ed25519 =
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----";

    [Fact]
    public void Keys_of_the_kinds_that_cosign_has_are_read()
    {
        Assert.Equal(SignatureKeyKind.EcdsaP256, Read(EllipticPem(ECCurve.NamedCurves.nistP256)).Kind);
        Assert.Equal(SignatureKeyKind.EcdsaP384, Read($"\r\n {EllipticPem(ECCurve.NamedCurves.nistP384)} \n").Kind);
        Assert.Equal(SignatureKeyKind.Rsa, Read(RSA.Create(2048).ExportSubjectPublicKeyInfoPem()).Kind);
        Assert.Equal((SignatureKeyKind.Ed25519, 32), (Read(Ed25519).Kind, Read(Ed25519).Ed25519Point.Length));
    }

    [Fact]
    public void Others_are_refused_with_a_sentence_that_repeats_nothing_of_them()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = key.ExportSubjectPublicKeyInfoPem();
        Expect("is no PEM", "");
        Expect("is no PEM", "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=");
        Expect("is a private key", key.ExportPkcs8PrivateKeyPem());
        Expect("is a private key", key.ExportECPrivateKeyPem());
        Expect("is no public key", pem.Replace("PUBLIC KEY", "CERTIFICATE", StringComparison.Ordinal));
        Expect("is no public key", RSA.Create(2048).ExportRSAPublicKeyPem());
        Expect("more than one key", pem + "\n" + pem);
        Expect("more than one key", "a " + pem);
        Expect("of another curve", EllipticPem(ECCurve.NamedCurves.nistP521));
        Expect("is an RSA key of 1024 bits", RSA.Create(1024).ExportSubjectPublicKeyInfoPem());
        Expect("of another kind", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----");
        Expect("of another kind", "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----");
        // Ed448
        Expect(
            "of another kind",
            "-----BEGIN PUBLIC KEY-----\nMEMwBQYDK2VxAzoAX9dEm1m0Yf0s54fsYWrUah2hNCSFpw4fig6nXYDpZ3jt8SR2\nm0bHBhvWeD3x5Q9s0foavq/oJWGA"
                + "\n-----END PUBLIC KEY-----"
        );
    }

    private static string EllipticPem(ECCurve curve)
    {
        using var key = ECDsa.Create(curve);
        return key.ExportSubjectPublicKeyInfoPem();
    }

    private static SignatureKey Read(string text)
    {
        Assert.True(SignatureKey.TryParse(text, out var key, out var error), error);
        return key;
    }

    private static void Expect(string expected, string text)
    {
        Assert.False(SignatureKey.TryParse(text, out _, out var error));
        Assert.Contains(expected, error, StringComparison.Ordinal);
        foreach (var line in text.Split('\n').Where(line => line.Length > 20 && !line.Contains("-----", StringComparison.Ordinal)))
            Assert.DoesNotContain(line, error, StringComparison.Ordinal);
    }
}
