using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using AutoDeploy.Api.Http;
using AutoDeploy.Testing;

namespace AutoDeploy.Api.Tests;

public sealed class TlsTests
{
    private readonly ListLogger<ServerCertificate> _log = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task With_a_certificate_only_https_is_answered(bool inOneFile)
    {
        using var files = new Certificates();
        if (inOneFile)
            await File.AppendAllTextAsync(files.Path("server-cert.pem"), "\n" + await File.ReadAllTextAsync(files.Path("server-key.pem")));
        var options = new ApiOptions
        {
            Certificate = files.Path("server-cert.pem"),
            CertificateKey = inOneFile ? null : files.Path("server-key.pem"),
        };
        await using var server = await ApiServer.Start(options: options);
        var port = server.Client.BaseAddress!.Port;
        Assert.Equal("https", server.Client.BaseAddress.Scheme);

        using var handler = new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => IsOf(files, certificate) },
        };
        using var client = new HttpClient(handler);
        client.DefaultRequestHeaders.Authorization = new("Bearer", server.Token);
        using var made = await client.PostAsync(
            new Uri($"https://localhost:{port}/api/app/v1/hook/"),
            new StringContent("""{"sender": "registry"}""")
        );
        Assert.Contains($"\"https://localhost:{port}/hooks/registry/", await made.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        // and HTTP/2, which nobody speaks without TLS
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://localhost:{port}/auth/")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var answer = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        using var plain = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => plain.GetAsync(new Uri($"http://localhost:{port}/healthz")));
    }

    [Fact]
    public async Task A_certificate_that_changes_is_used_from_the_next_connection_on()
    {
        using var first = new Certificates();
        using var second = new Certificates();
        await using var server = await ApiServer.Start(
            options: new ApiOptions { Certificate = first.Path("server-cert.pem"), CertificateKey = first.Path("server-key.pem") }
        );
        Assert.Equal(Of(first), await Served(server));

        // as they are written one after the other
        Replace(second, first, "server-cert.pem");
        Assert.Equal(Of(first, "kept.pem"), await Served(server));
        Replace(second, first, "server-key.pem");
        Assert.Equal(Of(second), await Served(server));
        // a connection later too
        Assert.Equal(Of(second), await Served(server));
    }

    [Fact]
    public void What_cannot_be_loaded_again_is_said_once_and_the_one_before_stays()
    {
        using var files = new Certificates();
        var certificate = new ServerCertificate(files.Path("server-cert.pem"), files.Path("server-key.pem"));
        var before = certificate.ForConnection(_log);
        Assert.Same(before, certificate.ForConnection(_log));
        Assert.Empty(_log.Lines);

        File.WriteAllText(files.Path("server-key.pem"), "nothing");
        for (var i = 0; i < 3; i++)
            Assert.Same(before, certificate.ForConnection(_log));
        Assert.StartsWith(
            "Failed to reload the certificate; the current one stays in use. The certificate \"",
            Assert.Single(_log.Lines),
            StringComparison.Ordinal
        );

        File.Delete(files.Path("server-cert.pem"));
        Assert.Same(before, certificate.ForConnection(_log));
        Assert.Equal(2, _log.Lines.Count);
    }

    [Fact]
    public void What_symbolic_links_lead_to_counts()
    {
        using var first = new Certificates();
        using var second = new Certificates();
        var folder = Directory.CreateTempSubdirectory("autodeploy-links-").FullName;
        try
        {
            // as volumes of secrets are laid out
            var current = Path.Combine(folder, "current");
            Directory.CreateSymbolicLink(current, first.Folder);
            foreach (var name in (string[])["server-cert.pem", "server-key.pem"])
                File.CreateSymbolicLink(Path.Combine(folder, name), Path.Combine("current", name));
            var certificate = new ServerCertificate(Path.Combine(folder, "server-cert.pem"), Path.Combine(folder, "server-key.pem"));
            Assert.Equal(Of(first), certificate.ForConnection(_log).ServerCertificateContext!.TargetCertificate.Thumbprint);

            Directory.Delete(current);
            Directory.CreateSymbolicLink(current, second.Folder);
            Assert.Equal(Of(second), certificate.ForConnection(_log).ServerCertificateContext!.TargetCertificate.Thumbprint);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Files_that_make_no_certificate_end_in_one_sentence_and_code_2()
    {
        using var files = new Certificates();
        using var others = new Certificates();
        await File.WriteAllTextAsync(files.Path("empty.pem"), "");
        var cert = files.Path("server-cert.pem");
        foreach (
            var (certificate, key, sentence) in (IEnumerable<(string, string, string)>)
                [
                    (files.Path("nowhere.pem"), files.Path("server-key.pem"), "cannot be read"),
                    (cert, files.Path("nowhere.pem"), "cannot be read"),
                    (files.Path("empty.pem"), files.Path("server-key.pem"), "do not fit or are not PEM"),
                    (cert, cert, "do not fit or are not PEM"),
                    (cert, others.Path("server-key.pem"), "do not fit or are not PEM"),
                ]
        )
        {
            using var output = new StringWriter();
            using var errors = new StringWriter();
            var data = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString());
            Assert.Equal(
                2,
                await ApiProgram.Run(
                    ["--host", "127.0.0.1", "--port", "0", "--data", data, "--cert", certificate, "--key", key],
                    output,
                    errors
                )
            );
            Assert.Equal("", output.ToString());
            Assert.StartsWith("The certificate \"", errors.ToString(), StringComparison.Ordinal);
            Assert.Contains(sentence, errors.ToString(), StringComparison.Ordinal);
            Assert.Single(errors.ToString().TrimEnd().Split('\n'));
            // found out before anything was opened
            Assert.False(Directory.Exists(data));
        }
    }

    private static bool IsOf(Certificates files, X509Certificate? certificate) => certificate?.GetCertHashString() == Of(files);

    private static string Of(Certificates files, string name = "server-cert.pem")
    {
        using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(files.Path(name)));
        return certificate.Thumbprint;
    }

    private static void Replace(Certificates from, Certificates to, string name)
    {
        if (!File.Exists(to.Path("kept.pem")))
            File.Copy(to.Path(name), to.Path("kept.pem"));
        File.Copy(from.Path(name), to.Path(name + ".new"));
        File.Move(to.Path(name + ".new"), to.Path(name), overwrite: true);
    }

    /// <summary>The thumbprint that a new connection is shown.</summary>
    private static async Task<string> Served(ApiServer server)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Client.BaseAddress!.Port);
        await using var tls = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync("localhost");
        return tls.RemoteCertificate!.GetCertHashString();
    }
}
