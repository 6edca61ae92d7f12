using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AutoDeploy.Hosting.Cluster;

/// <summary>
/// The certificates for TLS between the processes of a cluster. All processes derive the key of the same certificate authority from the
/// cluster's secret key, so only holders of that key are accepted. The authority's key and each process's own are only in memory.
/// </summary>
internal sealed class ClusterCertificates
{
    /// <summary>The subject name of every certificate. It is the same on all machines.</summary>
    public const string HostName = "autodeploy-cluster";

    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>The lifetime of a certificate. Open connections outlive it.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>The age at which a certificate is replaced, well before it expires.</summary>
    private static readonly TimeSpan RenewalInterval = TimeSpan.FromHours(12);

    /// <summary>The accepted difference between the clocks of two machines.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromHours(1);

    /// <summary>RFC 5280, 4.1.2.5: it never expires.</summary>
    private static readonly DateTimeOffset Never = new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);

    private readonly TimeProvider _time;
    private readonly X509Certificate2 _authority;
    private readonly Lock _renewing = new();
    private X509Certificate2? _own;
    private DateTimeOffset _renewAt;

    /// <param name="secretKey">The cluster's.</param>
    /// <param name="clusterId">Clusters with the same secret key and other ids refuse each other.</param>
    public ClusterCertificates(byte[] secretKey, string clusterId, TimeProvider time)
    {
        _time = time;
        using var key = ECDsa.Create(AuthorityKey(secretKey, clusterId));
        var request = new CertificateRequest($"CN={HostName} authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        _authority = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, Never);
    }

    /// <summary>The certificate of this process with its key, for server and client authentication.</summary>
    public X509Certificate2 Own
    {
        get
        {
            lock (_renewing)
            {
                var now = _time.GetUtcNow();
                if (_own is null || now >= _renewAt)
                {
                    _own = Issue(now);
                    _renewAt = now + RenewalInterval;
                }

                return _own;
            }
        }
    }

    /// <summary>Accepts only certificates of this authority. The machine's trusted authorities are ignored.</summary>
    public X509ChainPolicy Policy() =>
        new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { X509CertificateLoader.LoadCertificate(_authority.RawData) },
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };

    private X509Certificate2 Issue(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={HostName}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication), new Oid(ClientAuthentication)], true)
        );
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(HostName);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(_authority, now - ClockSkew, now + Lifetime, RandomNumberGenerator.GetBytes(16));
        return certificate.CopyWithPrivateKey(key);
    }

    /// <summary>
    /// Returns a private key between 1 and the order of the curve less 1. Extra bits are derived before the reduction, so that the bias is
    /// negligible.
    /// </summary>
    private static ECParameters AuthorityKey(byte[] secretKey, string clusterId)
    {
        var order = BigInteger.Parse(
            "0ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
            System.Globalization.NumberStyles.HexNumber
        );
        var derived = HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            secretKey,
            outputLength: 48,
            Encoding.UTF8.GetBytes("AutoDeploy cluster authority 1"),
            Encoding.UTF8.GetBytes(clusterId)
        );
        var number = (new BigInteger(derived, isUnsigned: true, isBigEndian: true) % (order - 1)) + 1;
        var key = new byte[32];
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        bytes.CopyTo(key, key.Length - bytes.Length);
        return new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = key };
    }
}
