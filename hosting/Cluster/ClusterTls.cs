using System.Net.Security;
using System.Security.Authentication;
using Orleans.Connections.Security;

namespace AutoDeploy.Hosting.Cluster;

/// <summary>Mutual TLS on every connection between silos, and between the API and silos. There is no way to turn it off.</summary>
internal static class ClusterTls
{
    /// <param name="certificates">Created at the first connection. A wrong secret key is reported by the ledger before that.</param>
    public static ISiloBuilder UseClusterTls(this ISiloBuilder silo, Lazy<ClusterCertificates> certificates) =>
        silo.UseTls(options => Set(options, certificates));

    /// <inheritdoc cref="UseClusterTls(ISiloBuilder, Lazy{ClusterCertificates})"/>
    public static IClientBuilder UseClusterTls(this IClientBuilder client, Lazy<ClusterCertificates> certificates) =>
        client.UseTls(options => Set(options, certificates));

    /// <summary>
    /// SslStream verifies the peer's certificate against our authority only. A connection without a certificate of it is closed.
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
            // no session resumption: every connection authenticates
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
