using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AutoDeploy.Testing;

/// <summary>
/// An authority of its own with a server's and a client's certificate, in a folder as docker's <c>DOCKER_CERT_PATH</c> is one.
/// </summary>
public sealed class Certificates : IDisposable
{
    private static readonly DateTimeOffset From = DateTimeOffset.UtcNow.AddDays(-1);
    private static readonly DateTimeOffset To = DateTimeOffset.UtcNow.AddDays(1);

    public Certificates()
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=autodeploy-tests", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var authority = request.CreateSelfSigned(From, To);
        File.WriteAllText(Path("ca.pem"), authority.ExportCertificatePem());
        Write(authority, "server", "1.3.6.1.5.5.7.3.1", "server-cert.pem", "server-key.pem");
        Write(authority, "client", "1.3.6.1.5.5.7.3.2", "cert.pem", "key.pem");
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("autodeploy-certificates-").FullName;

    public string Path(string file) => System.IO.Path.Combine(Folder, file);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private void Write(X509Certificate2 authority, string name, string usage, string file, string keyFile)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, From, To, RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(Path(file), certificate.ExportCertificatePem());
        File.WriteAllText(Path(keyFile), key.ExportPkcs8PrivateKeyPem());
    }
}
