using System.Net.Security;
using System.Security.Authentication;
using Orleans.Connections.Security;

namespace AutoDeploy.Hosting.Cluster;

/// <summary>Mutual TLS on every connection between silos, and between the API and silos. There is no way to turn it off.</summary>
internal static class ClusterTls
{
    /// <param name="certificates">Is asked for at the first connection: by then the ledger has said what is wrong with the secret
    /// key.</param>
    public static ISiloBuilder UseClusterTls(this ISiloBuilder silo, Lazy<ClusterCertificates> certificates) =>
        silo.UseTls(options => Set(options, certificates));

    /// <inheritdoc cref="UseClusterTls(ISiloBuilder, Lazy{ClusterCertificates})"/>
    public static IClientBuilder UseClusterTls(this IClientBuilder client, Lazy<ClusterCertificates> certificates) =>
        client.UseTls(options => Set(options, certificates));

    /// <summary>
    /// SslStream itself verifies the other's certificate, with our authority alone; without a certificate, or with another one, the
    /// connection ends.
    /// </summary>
    private static void Set(TlsOptions options, Lazy<ClusterCertificates> certificates)
    {
        options.SslProtocols = SslProtocols.Tls13;
        options.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.LocalServerCertificateSelector = (_, _) => certificates.Value.Own;
        options.LocalClientCertificateSelector = (_, _, _, _, _) => certificates.Value.Own;
        options.OnAuthenticateAsServer = (_, tls) =>
        {
            var server = (SslServerAuthenticationOptions)tls.SslServerAuthenticationOptions;
            server.CertificateChainPolicy = certificates.Value.Policy();
            // everybody proves anew who he is
            server.AllowTlsResume = false;
        };
        options.OnAuthenticateAsClient = (_, tls) =>
        {
            var client = (SslClientAuthenticationOptions)tls.SslClientAuthenticationOptions;
            client.CertificateChainPolicy = certificates.Value.Policy();
            client.TargetHost = ClusterCertificates.HostName;
            client.AllowTlsResume = false;
        };
    }
}
