using AutoDeploy.Containers;
using AutoDeploy.Hosting.Configuration;
using AutoDeploy.Integrations;
using AutoDeploy.Testing;
using Microsoft.Extensions.Configuration;

namespace AutoDeploy.Hosting.Tests;

public sealed class EngineSettingsTests : IDisposable
{
    private readonly Certificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    [Fact]
    public void Engines_have_a_url_and_where_they_are_secure_certificates()
    {
        Assert.Empty(Read());
        Assert.Equal(
            [
                new EngineAddress("build_1", "tcp://build.acme.com:2375"),
                new EngineAddress("east", "unix:///run/east.sock"),
                new EngineAddress("north", "tcp://10.0.0.7:2376", _certificates.Folder),
                new EngineAddress("west", "tcp://west:2376", _certificates.Folder),
            ],
            Read(
                ("East", "unix:///run/east.sock"),
                ("build_1", "tcp://build.acme.com:2375"),
                ("west:Url", "tcp://west:2376"),
                ("west:CertPath", _certificates.Folder),
                ("north", "tcp://10.0.0.7:2376"),
                ("north:certpath", _certificates.Folder)
            )
        );
    }

    [Theory]
    [InlineData(
        "The engine's name \"a b\" cannot be used; expected 1 to 63 lower-case letters, digits, hyphens and underscores, "
            + "beginning with a letter or digit.",
        "a b",
        "unix:///x"
    )]
    [InlineData(
        "The engine's name \"a/b\" cannot be used; expected 1 to 63 lower-case letters, digits, hyphens and underscores, "
            + "beginning with a letter or digit.",
        "a/b",
        "unix:///x"
    )]
    [InlineData("The engine east has the URL \"\"; expected unix:///path or tcp://host:port.", "east", "")]
    [InlineData("The engine east has the URL \"/run/docker.sock\"; expected unix:///path or tcp://host:port.", "east", "/run/docker.sock")]
    [InlineData("The engine east has the URL \"unix://\"; expected unix:///path or tcp://host:port.", "east", "unix://")]
    [InlineData("The engine east has the URL \"tcp://\"; expected unix:///path or tcp://host:port.", "east", "tcp://")]
    [InlineData("The engine east has the URL \"ssh://host\"; expected unix:///path or tcp://host:port.", "east", "ssh://host")]
    [InlineData(
        "The engine east has the URL \"tcp://host:2375/x\"; expected unix:///path or tcp://host:port.",
        "east",
        "tcp://host:2375/x"
    )]
    [InlineData("The engine east has the URL \"tcp://host:99999\"; expected unix:///path or tcp://host:port.", "east", "tcp://host:99999")]
    [InlineData(
        "The engine east has the URL \"…@host:2375\"; expected unix:///path or tcp://host:port.",
        "east",
        "tcp://ida:secret@host:2375"
    )]
    [InlineData("The engine east has two URLs; expected one, as its value or as its Url.", "east", "unix:///x", "east:Url", "unix:///y")]
    [InlineData(
        "The engine east has the setting Tls, which there is not; expected Url and CertPath.",
        "east:Url",
        "tcp://x:1",
        "east:Tls",
        "true"
    )]
    [InlineData(
        "The engines east and west have the same URL unix:///x; expected one name for each engine.",
        "east",
        "unix:///x",
        "west",
        "unix:///x"
    )]
    [InlineData(
        "The engine east has a CertPath and the URL \"unix:///x\"; expected one such as tcp://host:2376, since only that can be encrypted.",
        "east",
        "unix:///x",
        "east:CertPath",
        "/x"
    )]
    [InlineData(
        "The engine east cannot be used: The file /nowhere/ca.pem is missing; expected ca.pem, cert.pem and key.pem there.",
        "east",
        "tcp://x:1",
        "east:CertPath",
        "/nowhere"
    )]
    public void What_makes_no_sense_is_said_in_a_sentence(string sentence, params string[] settings) =>
        Assert.Equal(
            sentence,
            Assert.Throws<OptionsException>(() => Read([.. settings.Chunk(2).Select(pair => (pair[0], pair[1]))])).Message
        );

    [Fact]
    public void Certificates_have_to_be_all_there_and_readable()
    {
        File.WriteAllText(_certificates.Path("cert.pem"), "nonsense");
        Assert.Equal($"The engine east cannot be used: The certificates in {_certificates.Folder} cannot be read.", Objection());
        File.Delete(_certificates.Path("key.pem"));
        Assert.Equal(
            $"The engine east cannot be used: The file {_certificates.Path("key.pem")} is missing; expected ca.pem, cert.pem and "
                + "key.pem there.",
            Objection()
        );

        string Objection() =>
            Assert.Throws<OptionsException>(() => Read(("east", "tcp://x:2376"), ("east:CertPath", _certificates.Folder))).Message;
    }

    private static IReadOnlyList<EngineAddress> Read(params (string Name, string Value)[] settings) =>
        EngineSettings.Read(
            new ConfigurationBuilder()
                .AddInMemoryCollection(
                    settings.Select(setting => KeyValuePair.Create($"{EngineSettings.Section}:{setting.Name}", (string?)setting.Value))
                )
                .Build()
        );
}
