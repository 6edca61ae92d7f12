using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AutoDeploy.Testing;

/// <summary>A key in the place of that of Amazon SNS.</summary>
public static class SnsTestKey
{
    /// <summary>Where it is published.</summary>
    public const string Certificate = "https://sns.eu-north-1.amazonaws.com/SimpleNotificationService-test.pem";

    private static readonly RSA Key = RSA.Create(2048);

    public static readonly string Pem = NewPem(Key, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));

    public static string NewPem(RSA key, DateTimeOffset from, DateTimeOffset until)
    {
        var request = new CertificateRequest("CN=sns.amazonaws.com", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(from, until);
        return certificate.ExportCertificatePem();
    }

    /// <summary>Signs as SNS does; the members are in the order of their names.</summary>
    /// <param name="version">1 or 2.</param>
    public static string Sign(string version, IEnumerable<(string Name, string Value)> members)
    {
        var text = string.Concat(members.Select(m => $"{m.Name}\n{m.Value}\n"));
        var hash = version == "1" ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256;
        return Convert.ToBase64String(Key.SignData(Encoding.UTF8.GetBytes(text), hash, RSASignaturePadding.Pkcs1));
    }
}
