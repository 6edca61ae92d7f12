using AutoDeploy.Ports;
using Api = Docker.DotNet.Models;

namespace AutoDeploy.Containers.Tests;

public class ContainerInspectReaderTests
{
    [Fact]
    public void An_alias_is_a_short_id_only_when_it_is_as_long_as_one()
    {
        var answer = new Api.ContainerInspectResponse { ID = "db" + new string('0', 62) };
        Assert.Equal(
            ["db", "db000000000"],
            ContainerInspectReader.Aliases(answer, new Api.EndpointSettings { Aliases = ["db", "db0000000000", "db000000000"] })
        );
        Assert.Empty(ContainerInspectReader.Aliases(answer, null));
    }

    [Theory]
    [InlineData("0.0.0.0:32768 :::32769", "32768")]
    [InlineData(":::32769 0.0.0.0:32768", "32768")]
    [InlineData("0.0.0.0:80 :::80", "80")]
    [InlineData(":::32769", "32769")]
    [InlineData("", "")]
    public void A_published_port_is_one_also_where_IPv6_has_another(string bindings, string expected)
    {
        var labels = new ContainerLabels
        {
            ServiceId = Guid.NewGuid(),
            DeploymentId = Guid.NewGuid(),
            ContainerId = Guid.NewGuid(),
            Slot = 1,
            Image = "a:1",
            Digest = "sha256:" + new string('a', 64),
        };
        var answer = new Api.ContainerInspectResponse
        {
            ID = "1",
            Name = "/web",
            Config = new Api.ContainerConfig
            {
                Labels = ContainerLabelNames.Write(
                    new ContainerSpec
                    {
                        Name = "web",
                        Labels = labels,
                        Image = "a",
                    },
                    _ => ""
                ),
            },
            NetworkSettings = new Api.NetworkSettings
            {
                Ports = new Dictionary<string, IList<Api.PortBinding>>
                {
                    ["8080/tcp"] =
                    [
                        .. bindings
                            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                            .Select(text => new Api.PortBinding
                            {
                                HostIP = text[..text.LastIndexOf(':')],
                                HostPort = text[(text.LastIndexOf(':') + 1)..],
                            }),
                    ],
                },
            },
        };
        Assert.Equal(expected, string.Join(' ', ContainerInspectReader.Read(answer, "net")!.Ports.Select(port => port.OuterPort)));
    }
}
