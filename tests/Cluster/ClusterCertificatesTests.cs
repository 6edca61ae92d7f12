using System.Security.Cryptography.X509Certificates;
using AutoDeploy.Hosting.Cluster;
using AutoDeploy.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AutoDeploy.Cluster.Tests;

/// <summary>Who has the cluster's secret key is one of it, and nobody else.</summary>
public sealed class ClusterCertificatesTests
{
    [Fact]
    public void Two_processes_with_the_same_secret_accept_each_other() =>
        Assert.True(Accepts(new(Key(1), "acme", TimeProvider.System), new(Key(1), "acme", TimeProvider.System)));

    [Theory]
    [InlineData(2, "acme")]
    [InlineData(1, "other")]
    public void Another_secret_or_another_cluster_is_refused(byte key, string clusterId) =>
        Assert.False(Accepts(new(Key(1), "acme", TimeProvider.System), new(Key(key), clusterId, TimeProvider.System)));

    [Fact]
    public void What_another_authority_signed_is_refused_also_when_the_machine_trusts_it()
    {
        using var others = new Certificates();
        var policy = new ClusterCertificates(Key(1), "acme", TimeProvider.System).Policy();
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(others.Path("cert.pem"));
        policy.ExtraStore.Add(X509CertificateLoader.LoadCertificateFromFile(others.Path("ca.pem")));

        Assert.Equal(X509ChainTrustMode.CustomRootTrust, policy.TrustMode);
        Assert.Single(policy.CustomTrustStore);
        Assert.False(Builds(policy, certificate));
    }

    [Fact]
    public void A_certificate_of_a_member_signs_no_other()
    {
        var member = new ClusterCertificates(Key(1), "acme", TimeProvider.System);
        var request = new CertificateRequest(
            "CN=" + ClusterCertificates.HostName,
            System.Security.Cryptography.ECDsa.Create(),
            System.Security.Cryptography.HashAlgorithmName.SHA256
        );
        using var forged = request.Create(
            member.Own.SubjectName,
            X509SignatureGenerator.CreateForECDsa(member.Own.GetECDsaPrivateKey()!),
            DateTimeOffset.UtcNow.AddHours(-1),
            DateTimeOffset.UtcNow.AddHours(1),
            [1]
        );
        var policy = member.Policy();
        policy.ExtraStore.Add(member.Own);

        Assert.False(Builds(policy, forged));
    }

    [Fact]
    public void A_certificate_is_used_for_12_hours_and_valid_for_24_and_an_hour_before()
    {
        var time = new FakeTimeProvider();
        var certificates = new ClusterCertificates(Key(1), "acme", time);
        var first = certificates.Own;
        Assert.Equal(time.GetUtcNow() - TimeSpan.FromHours(1), first.NotBefore.ToUniversalTime());
        Assert.Equal(time.GetUtcNow() + TimeSpan.FromHours(24), first.NotAfter.ToUniversalTime());

        time.Advance(TimeSpan.FromHours(12) - TimeSpan.FromTicks(1));
        Assert.Same(first, certificates.Own);
        time.Advance(TimeSpan.FromTicks(1));
        Assert.NotSame(first, certificates.Own);
        Assert.NotEqual(first.SerialNumber, certificates.Own.SerialNumber);
        Assert.NotEqual(first.PublicKey.EncodedKeyValue.RawData, certificates.Own.PublicKey.EncodedKeyValue.RawData);
    }

    [Fact]
    public void An_expired_certificate_is_refused()
    {
        var then = new ClusterCertificates(Key(1), "acme", new FakeTimeProvider());
        Assert.True(then.Own.NotAfter < DateTime.Now);
        Assert.False(Accepts(new(Key(1), "acme", TimeProvider.System), then));
    }

    private static bool Accepts(ClusterCertificates one, ClusterCertificates other) => Builds(one.Policy(), other.Own);

    private static bool Builds(X509ChainPolicy policy, X509Certificate2 certificate)
    {
        using var chain = new X509Chain { ChainPolicy = policy };
        return chain.Build(certificate);
    }

    private static byte[] Key(byte fill) => [.. Enumerable.Repeat(fill, 32)];
}
