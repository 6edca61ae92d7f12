using AutoDeploy.Hosting.Cluster;
using AutoDeploy.Integrations;
using AutoDeploy.Silo;
using Microsoft.Extensions.Configuration;

namespace AutoDeploy.Cluster.Tests;

/// <summary>The section of the configuration that makes a cluster.</summary>
public class SettingsTests
{
    [Fact]
    public void Without_a_connection_string_there_is_no_cluster() => Assert.Null(Read(("Id", "acme"), ("SiloPort", "1")));

    [Fact]
    public void What_is_not_set_is_as_usual()
    {
        var settings = Read(("ConnectionString", "Host=db"))!;
        Assert.Equal(
            ("Host=db", "autodeploy", null, 11111, 30000),
            (settings.ConnectionString, settings.Id, settings.Address, settings.SiloPort, settings.GatewayPort)
        );
    }

    [Fact]
    public void What_is_printed_of_it_holds_no_password() =>
        Assert.DoesNotContain("secret", Read(("ConnectionString", "Host=db;Password=secret"))!.ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("Id", "a b", "AutoDeploy:Cluster:Id is \"a b\"")]
    [InlineData("Address", "db.acme.com", "AutoDeploy:Cluster:Address is \"db.acme.com\"")]
    [InlineData("Address", "0.0.0.0", "AutoDeploy:Cluster:Address is \"0.0.0.0\"")]
    [InlineData("SiloPort", "70000", "AutoDeploy:Cluster:SiloPort is \"70000\"; expected a number from 0 to 65535.")]
    [InlineData("GatewayPort", "x", "AutoDeploy:Cluster:GatewayPort is \"x\"")]
    [InlineData("GatewayPort", "11111", "are both 11111")]
    [InlineData(
        "ConnectionString",
        "Host=db;Color=blue",
        "AutoDeploy:Cluster:ConnectionString makes no sense. The PostgreSQL connection string has the key \"color\""
    )]
    [InlineData("ClusterId", "acme", "There is no setting AutoDeploy:Cluster:ClusterId; there are ConnectionString, Id")]
    public void What_makes_no_sense_is_said(string name, string value, string sentence) =>
        Assert.Contains(
            sentence,
            Assert
                .Throws<OptionsException>(() =>
                    Read(name == "ConnectionString" ? [(name, value)] : [("ConnectionString", "Host=db"), (name, value)])
                )
                .Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData(new[] { "--AutoDeploy:Cluster:Id=acme", "--port", "1" }, "--AutoDeploy:Cluster:Id=acme")]
    [InlineData(new[] { "--AutoDeploy:Cluster:Id", "acme" }, "--AutoDeploy:Cluster:Id=acme")]
    public void Settings_can_be_given_on_the_command_line(string[] args, string setting) =>
        Assert.Equal([setting], SiloOptions.Read(args, _ => null).Settings);

    [Theory]
    [InlineData("--token=x", "There is no option \"--token\"")]
    [InlineData("--port=x", "The port is \"x\"")]
    [InlineData("--AutoDeploy:Cluster:Id", "lacks its value")]
    public void Options_that_make_no_sense_are_said(string arg, string sentence) =>
        Assert.Contains(
            sentence,
            Assert.Throws<OptionsException>(() => SiloOptions.Read([arg], _ => null)).Message,
            StringComparison.Ordinal
        );

    private static ClusterSettings? Read(params (string Name, string Value)[] settings) =>
        ClusterSettings.Read(
            new ConfigurationBuilder()
                .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create($"{ClusterSettings.Section}:{s.Name}", (string?)s.Value)))
                .Build()
        );
}
