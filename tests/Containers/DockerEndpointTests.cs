using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AutoDeploy.Containers.Docker;
using AutoDeploy.Ports;

namespace AutoDeploy.Containers.Tests;

public sealed class DockerEndpointTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("autodeploy-endpoint-").FullName;
    private readonly Dictionary<string, string> _environment = [];

    public DockerEndpointTests() => _environment["DOCKER_CONFIG"] = _folder;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Without_anything_it_is_the_usual_socket()
    {
        Assert.Equal("/var/run/docker.sock", Find().ToString());
        Config("""{"auths":{}}""");
        Assert.Equal("/var/run/docker.sock", Find().ToString());
        Config("""{"currentContext":"default"}""");
        Assert.Equal("/var/run/docker.sock", Find().ToString());
    }

    [Fact]
    public void DOCKER_HOST_comes_before_DOCKER_CONTEXT_before_the_current_context()
    {
        Config("""{"currentContext":"current"}""");
        Context("current", "unix:///current.sock");
        Context("chosen", "tcp://chosen:1");
        Assert.Equal("/current.sock", Find().ToString());
        _environment["DOCKER_CONTEXT"] = "chosen";
        Assert.Equal("tcp://chosen:1", Find().ToString());
        _environment["DOCKER_HOST"] = "unix:///host.sock";
        Assert.Equal("/host.sock", Find().ToString());
    }

    [Fact]
    public void A_contexts_certificates_are_used()
    {
        Context("secure", "tcp://secure:2376");
        _environment["DOCKER_CONTEXT"] = "secure";
        Assert.Null(Find().Tls);
        Certificates(Path.Combine(_folder, "contexts", "tls", Hash("secure"), "docker"));
        var tls = Find().Tls;
        Assert.True(tls!.Client!.HasPrivateKey);
        Assert.NotNull(tls.Authority);
        Assert.False(tls.SkipVerify);
    }

    [Fact]
    public void The_environments_certificates_are_used_when_it_says_so()
    {
        Certificates(Path.Combine(_folder, "certs"));
        _environment["DOCKER_HOST"] = "tcp://host:2376";
        _environment["DOCKER_CERT_PATH"] = Path.Combine(_folder, "certs");
        Assert.Null(Find().Tls);
        _environment["DOCKER_TLS"] = "1";
        Assert.True(Find().Tls!.SkipVerify);
        _environment["DOCKER_TLS_VERIFY"] = "1";
        Assert.False(Find().Tls!.SkipVerify);
        Assert.True(Find().Tls!.Client!.HasPrivateKey);
    }

    [Theory]
    [InlineData("ssh://host")]
    [InlineData("npipe:////./pipe/docker_engine")]
    [InlineData("tcp://")]
    public void What_cannot_be_used_is_refused_with_a_sentence(string host)
    {
        _environment["DOCKER_HOST"] = host;
        Assert.Equal(EngineFault.Refused, Assert.Throws<EngineException>(Find).Fault);
    }

    [Fact]
    public void A_context_that_is_missing_or_unreadable_is_refused_with_a_sentence()
    {
        _environment["DOCKER_CONTEXT"] = "gone";
        Assert.Contains("\"gone\" does not exist", Assert.Throws<EngineException>(Find).Message);
        Context("empty", "");
        _environment["DOCKER_CONTEXT"] = "empty";
        Assert.Contains("names no Docker host", Assert.Throws<EngineException>(Find).Message);
        _environment.Remove("DOCKER_CONTEXT");
        Config("no json");
        Assert.Contains("config.json cannot be read", Assert.Throws<EngineException>(Find).Message);
    }

    private DockerEndpoint Find() => DockerEndpoint.Find(Environment);

    private string? Environment(string name) => _environment.GetValueOrDefault(name);

    private void Config(string json) => File.WriteAllText(Path.Combine(_folder, "config.json"), json);

    private void Context(string name, string host)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "contexts", "meta", Hash(name))).FullName;
        File.WriteAllText(Path.Combine(folder, "meta.json"), $$"""{"Name":"{{name}}","Endpoints":{"docker":{"Host":"{{host}}"} } }""");
    }

    private static void Certificates(string folder)
    {
        Directory.CreateDirectory(folder);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256).CreateSelfSigned(
            DateTimeOffset.UtcNow,
            DateTimeOffset.UtcNow.AddDays(1)
        );
        File.WriteAllText(Path.Combine(folder, "ca.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "key.pem"), key.ExportPkcs8PrivateKeyPem());
    }

    private static string Hash(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
