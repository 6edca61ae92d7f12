using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AutoDeploy.Hosting.Cluster;

/// <summary>
/// What a process of a cluster shows to the others, and what it accepts from them. All derive the key of the same certificate authority
/// from the
/// cluster's secret key, so whoever has that key is one of them and nobody else is. The authority's key and each process's own are only in
/// memory.
/// </summary>
internal sealed class ClusterCertificates
{
    /// <summary>The name in every certificate: it says nothing about the machine, and so is the same for all.</summary>
    public const string HostName = "autodeploy-cluster";

    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>For how long a new certificate can be used. Open connections go on when it has expired.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>Before it has expired it is replaced, so that the others never meet one that is about to.</summary>
    private static readonly TimeSpan RenewalInterval = TimeSpan.FromHours(12);

    /// <summary>By so much the clocks of two machines may differ.</summary>
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

    /// <summary>This process's own, with its key: as server and as client.</summary>
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

    /// <summary>Accepts what this authority has signed, and nothing else: none of the machine's authorities counts.</summary>
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
    /// A number from 1 to the order of the curve less 1; so many more bits than it has are derived that none is likelier than another.
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
