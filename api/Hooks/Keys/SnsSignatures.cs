using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AutoDeploy.Api.Hooks.Keys;

/// <summary>SNS signs what it sends, with a certificate that it publishes; the certificate is believed for where it is.</summary>
internal sealed class SnsSignatures(ISenderHttpClient client, TimeProvider time)
{
    private readonly CachedDocument<X509Certificate2> _certificates = new(client, time, Read, TimeSpan.FromDays(1));

    public async Task<SenderVerification> Verify(SnsMessage message)
    {
        var hash = message.SignatureVersion switch
        {
            "1" => HashAlgorithmName.SHA1,
            "2" => HashAlgorithmName.SHA256,
            _ => default,
        };
        var signature = new byte[message.Signature?.Length ?? 0];
        if (
            hash == default
            || signature.Length == 0
            || !Convert.TryFromBase64String(message.Signature!, signature, out var length)
            || message.Signed is not { } signed
        )
            return SenderVerification.CreateRefusal(
                "The delivery does not carry a signature of SNS's; expected `SignatureVersion` 1 or 2, `Signature` and all that "
                    + "it is made of."
            );
        if (SnsAddress.ParseCertificateUrl(message.SigningCertUrl) is not { } address)
            return SenderVerification.CreateRefusal(
                "`SigningCertURL` is not where SNS publishes its certificates, https://sns.REGION.amazonaws.com/….pem."
            );
        try
        {
            var certificate = await _certificates.Get(address);
            var now = time.GetUtcNow();
            using var key = certificate.GetRSAPublicKey();
            return
                key is not null
                && certificate.NotBefore <= now
                && now <= certificate.NotAfter
                && key.VerifyData(Encoding.UTF8.GetBytes(signed), signature.AsSpan(0, length), hash, RSASignaturePadding.Pkcs1)
                ? SenderVerification.Verified
                : SenderVerification.CreateRefusal("The delivery is not signed by SNS.");
        }
        catch (SenderHttpException failure)
        {
            return SenderVerification.CreateUnavailable(failure);
        }
    }

    private static X509Certificate2? Read(byte[] pem)
    {
        try
        {
            return X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(pem));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
