using System.Net;
using System.Net.Sockets;
using AutoDeploy.Integrations;

namespace AutoDeploy.Api.Tests;

public sealed class ApiProgramTests
{
    [Theory]
    [InlineData("There is no option \"--prot\"; --help says which there are.", "--prot", "1")]
    [InlineData("There is no option \"serve\"; --help says which there are.", "serve")]
    [InlineData("The option --port lacks its value.", "--port")]
    [InlineData("The port is \"eighty\"; expected a number from 0 to 65535.", "--port", "eighty")]
    [InlineData("The port is \"70000\"; expected a number from 0 to 65535.", "--port=70000")]
    [InlineData("The port is \"-1\"; expected a number from 0 to 65535.", "--port", "-1")]
    [InlineData("The host is \"acme.test\"; expected an address of this machine such as 127.0.0.1, or * for all.", "--host", "acme.test")]
    [InlineData("The URL is \"deploy.acme.com\"; expected one such as https://deploy.acme.com.", "--url", "deploy.acme.com")]
    [InlineData("The URL is \"ftp://acme.com\"; expected one such as https://deploy.acme.com.", "--url", "ftp://acme.com")]
    [InlineData("The proxy is \"10.0.0.0/99\"; expected an address or a network such as 10.0.0.0/8.", "--proxy", "10.0.0.0/99")]
    [InlineData("The hook rate is \"fast\"; expected deliveries a second from 1 to 1000000, or 0 for no limit.", "--hook-rate", "fast")]
    [InlineData("The hook rate is \"-1\"; expected deliveries a second from 1 to 1000000, or 0 for no limit.", "--hook-rate=-1")]
    [InlineData("The hook rate is \"0.5\"; expected deliveries a second from 1 to 1000000, or 0 for no limit.", "--hook-rate=0.5")]
    [InlineData("The data directory is empty; expected a path.", "--data", "")]
    [InlineData(
        "The PostgreSQL connection string has the key \"pasword\", which there is not; expected "
            + "Host=…;Database=…;Username=…;Password=… as Npgsql reads it, or postgres://user:password@host/database.",
        "--postgres",
        "Host=db;Pasword=hidden"
    )]
    [InlineData(
        "The PostgreSQL connection string names no host; expected Host=…;Database=…;Username=…;Password=… as Npgsql reads it, or "
            + "postgres://user:password@host/database.",
        "--postgres",
        "Password=hidden"
    )]
    [InlineData("The option --key is given without --cert; expected the certificate that the key is of, too.", "--key", "key.pem")]
    [InlineData("The certificate is empty; expected the path of a file in PEM.", "--cert=")]
    [InlineData("There is no option \"--postgre\"; --help says which there are.", "--postgre=postgres://ada:hidden@db/autodeploy")]
    public async Task Bad_options_end_in_one_sentence_and_code_2(string sentence, params string[] args)
    {
        var (code, output, errors) = await Run(args);
        Assert.Equal((2, "", sentence), (code, output, errors));
    }

    [Fact]
    public async Task A_taken_port_ends_in_one_sentence_and_code_1()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var data = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString());
        var (code, output, errors) = await Run("--host", "127.0.0.1", "--port", $"{port}", "--data", data);
        Assert.Equal((1, "", $"The port {port} is taken by another program; choose another one with --port."), (code, output, errors));
        Assert.False(Directory.Exists(data));
    }

    [Fact]
    public async Task Help_says_which_options_there_are()
    {
        var (code, output, errors) = await Run("--help");
        Assert.Equal((0, ""), (code, errors));
        foreach (
            var option in (string[])
                ["--port", "--host", "--data", "--url", "--proxy", "--cert", "--key", "--hook-rate", "--postgres", "AUTODEPLOY_TOKEN"]
        )
            Assert.Contains(option, output, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_come_from_the_command_line_before_variables()
    {
        var variables = new Dictionary<string, string>
        {
            ["AUTODEPLOY_PORT"] = "81",
            ["AUTODEPLOY_HOST"] = "::1",
            ["AUTODEPLOY_TOKEN"] = " a-token-of-20-letters ",
        };
        var options = ApiOptions.Read(
            ["--port=82", "--url", "https://deploy.acme.com/", "--proxy", "10.0.0.1, 192.168.0.0/16"],
            variables.GetValueOrDefault
        );
        Assert.Equal(
            (82, IPAddress.IPv6Loopback, "https://deploy.acme.com", "a-token-of-20-letters"),
            (options.Port, options.Host!, options.Url!, options.Token!)
        );
        Assert.Equal(["10.0.0.1/32", "192.168.0.0/16"], options.Proxies.Select(p => p.ToString()));
        Assert.Null(ApiOptions.Read([], _ => null).Host);
        Assert.Equal(200, ApiOptions.Read([], _ => null).HookRate);
        Assert.Equal(0, ApiOptions.Read([], name => name == "AUTODEPLOY_HOOK_RATE" ? "0" : null).HookRate);
        Assert.Throws<OptionsException>(() => ApiOptions.Read([], name => name == "AUTODEPLOY_HOOK_RATE" ? "many" : null));
    }

    [Fact]
    public void Only_this_machine_is_listened_to_unless_somebody_says_otherwise()
    {
        Assert.Equal((IPAddress.Loopback, true), At());
        Assert.Equal((null, false), At("--host", "*"));
        Assert.Equal((null, false), At("--host", "::"));
        Assert.Equal((IPAddress.Parse("192.0.2.7"), false), At("--host", "192.0.2.7"));
        Assert.Equal((IPAddress.Loopback, false), At("--host", "localhost"));
        Assert.Equal((null, false), At("--cert", "cert.pem"));
        Assert.Equal((IPAddress.Loopback, false), At("--cert", "cert.pem", "--host", "127.0.0.1"));

        static (IPAddress?, bool) At(params string[] args)
        {
            var options = ApiOptions.Read(args, _ => null);
            return (options.ListenAddress, options.IsLoopbackByDefault);
        }
    }

    private static async Task<(int Code, string Output, string Errors)> Run(params string[] args)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = await ApiProgram.Run(args, output, errors);
        return (code, output.ToString().TrimEnd(), errors.ToString().TrimEnd());
    }
}
