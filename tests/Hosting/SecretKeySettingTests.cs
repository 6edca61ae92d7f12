using AutoDeploy.Integrations;
using Microsoft.Extensions.Configuration;

namespace AutoDeploy.Hosting.Tests;

/// <summary>The key that the processes of a cluster share.</summary>
public sealed class SecretKeySettingTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void It_is_a_variable_or_what_is_in_a_file()
    {
        Assert.Null(Read(null, null));
        Assert.Equal("of-the-variable", Read("of-the-variable", ""));
        File.WriteAllText(_file, "of-the-file\n");
        Assert.Equal("of-the-file", Read(null, _file));
    }

    [Fact]
    public void What_makes_no_sense_is_said_without_the_key()
    {
        File.WriteAllText(_file, " \n");
        Assert.Equal("Both AUTODEPLOY_SECRET_KEY and AUTODEPLOY_SECRET_KEY_FILE are set; expected one of them.", Objection("key", _file));
        Assert.Equal(
            $"AUTODEPLOY_SECRET_KEY_FILE is \"{_file}\", which is empty; expected a file with 32 bytes in base64.",
            Objection(null, _file)
        );
        Assert.Equal(
            "AUTODEPLOY_SECRET_KEY_FILE is \"/nowhere\", which cannot be read; expected a file with 32 bytes in base64.",
            Objection(null, "/nowhere")
        );
    }

    private static string Objection(string? key, string file) => Assert.Throws<OptionsException>(() => Read(key, file)).Message;

    private static string? Read(string? key, string? file) =>
        AutoDeploy.Hosting.Configuration.SecretKeySetting.Read(
            new ConfigurationBuilder()
                .AddInMemoryCollection([new("AUTODEPLOY_SECRET_KEY", key), new("AUTODEPLOY_SECRET_KEY_FILE", file)])
                .Build()
        );
}
