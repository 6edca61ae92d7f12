using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Docker.DotNet.Handler.Abstractions;
using Microsoft.Extensions.Logging;

namespace AutoDeploy.Containers.Docker;

/// <summary>
/// Carries requests to the daemon over pooled connections. The package's own transport for Unix sockets opens one per request.
/// </summary>
internal sealed class DockerTransport : IDockerHandlerFactory<DockerEndpoint>
{
    public ResolvedTransport CreateHandler(ResolvedClientOptions clientOptions, ILogger logger) =>
        CreateHandler(new DockerEndpoint(clientOptions.Endpoint), clientOptions, logger);

    public ResolvedTransport CreateHandler(DockerEndpoint transportOptions, ResolvedClientOptions clientOptions, ILogger logger)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        };
        if (transportOptions.IsUnix)
        {
            var socketFile = new UnixDomainSocketEndPoint(transportOptions.Address.LocalPath);
            handler.ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(socketFile, cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            };
            return new ResolvedTransport(handler, new Uri("http://docker/"));
        }

        var secure = transportOptions.Tls is not null || transportOptions.Address.Scheme == "https";
        if (transportOptions.Tls is { } tls)
            Secure(handler.SslOptions, tls);
        var port =
            transportOptions.Address.IsDefaultPort || transportOptions.Address.Port < 0
                ? secure
                    ? 2376
                    : 2375
                : transportOptions.Address.Port;
        return new ResolvedTransport(handler, new UriBuilder(secure ? "https" : "http", transportOptions.Address.Host, port).Uri);
    }

    public async Task<WriteClosableStream> HijackStreamAsync(HttpContent content) => new RawStream(await content.ReadAsStreamAsync());

    private static void Secure(SslClientAuthenticationOptions options, DockerTls tls)
    {
        if (tls.Client is { } client)
            options.ClientCertificates = [client];
        if (tls.SkipVerify)
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        else if (tls.Authority is { } authority)
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { authority },
                RevocationMode = X509RevocationMode.NoCheck,
            };
    }

    /// <summary>The connection itself. The package's own wrapper reads synchronously, so a read could not be cancelled.</summary>
    private sealed class RawStream(Stream inner) : WriteClosableStream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override bool CanCloseWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            inner.ReadAsync(buffer, cancellationToken);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            inner.ReadAsync(buffer, offset, count, cancellationToken);

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

        public override void Flush() => inner.Flush();

        public override void CloseWrite() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
