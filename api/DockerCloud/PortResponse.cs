using AutoDeploy.Services;

namespace AutoDeploy.Api.DockerCloud;

public sealed record PortResponse(
    string Protocol,
    int InnerPort,
    int? OuterPort,
    string? PortName,
    bool Published,
    string? EndpointUri,
    string? UriProtocol,
    string HostIp
)
{
    public static PortResponse From(ContainerPort port) =>
        new(port.Protocol, port.InnerPort, port.OuterPort, null, port.Published, null, null, port.HostAddress);
}
