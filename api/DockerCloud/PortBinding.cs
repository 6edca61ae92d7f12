using System.Collections.Immutable;
using AutoDeploy.Api.Http;
using AutoDeploy.Services;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Items of <c>container_ports</c>. Clients send numbers as text, and send back what they got.</summary>
public static class PortBinding
{
    private static readonly string[] Protocols = ["tcp", "udp", "sctp"];

    public static readonly JsonBinder<Request> Binder = new([
        new("protocol", SchemaFactory.Text("The protocol.", Protocols), (d, v) => d.Protocol = v.ReadOneOf(Protocols)),
        new(
            "inner_port",
            SchemaFactory.Integer("The port in the container, a number from 1 to 65,535, or that as text.", 1, 65535, orText: true),
            (d, v) => d.InnerPort = v.ReadInteger(1, 65535, orText: true) ?? throw v.CreateTypeError("a whole number from 1 to 65,535")
        )
        {
            Required = true,
        },
        new(
            "outer_port",
            SchemaFactory.Integer("The port on the host, or that as text; null: one that Docker chooses.", 1, 65535, orText: true),
            (d, v) => d.OuterPort = v.ReadInteger(1, 65535, orText: true)
        ),
        new(
            "host_ip",
            SchemaFactory.Text("The host's address on which it is reachable, such as \"127.0.0.1\"; empty: all."),
            (d, v) => d.HostAddress = v.IsNull || v.ReadLine().Length == 0 ? "" : ContainerTextReader.Address(v)
        ),
        new("published", SchemaFactory.Flag("Reachable on the host.", otherwise: true), (d, v) => d.Published = v.IsNull || v.ReadFlag()),
        new("port_name", SchemaFactory.Text("Not used; taken so that what was read can be sent back."), (_, v) => v.ReadLine()),
        new("uri_protocol", SchemaFactory.Text("Not used; taken so that what was read can be sent back."), (_, v) => v.ReadLine()),
        new("endpoint_uri", SchemaFactory.Text("Not used; taken so that what was read can be sent back."), (_, v) => v.ReadLine()),
    ]);

    public static ImmutableArray<ContainerPort> ReadAll(RequestValue value)
    {
        var ports = ImmutableArray.CreateBuilder<ContainerPort>();
        foreach (var item in value.ReadItems(ServiceLimits.Items))
        {
            var port = Binder.Read(item, new Request());
            if (ports.Any(p => p.InnerPort == port.InnerPort && p.Protocol == port.Protocol && !AreApart(p, port)))
                throw item.CreateError($"has inner_port {port.InnerPort}/{port.Protocol} again; expected each once");
            if (
                port.OuterPort is not null
                && ports.Any(p =>
                    p.OuterPort == port.OuterPort
                    && p.Protocol == port.Protocol
                    && (p.HostAddress.Length == 0 || port.HostAddress.Length == 0 || p.HostAddress == port.HostAddress)
                )
            )
                throw item.CreateError($"has outer_port {port.OuterPort} again; expected each once");
            if (port.OuterPort is not null && !port.Published)
                throw item.CreateError("has an outer_port and published false; expected one or the other");
            if (port.HostAddress.Length > 0 && !port.Published)
                throw item.CreateError("has a host_ip and published false; expected one or the other");
            ports.Add(new ContainerPort(port.Protocol, port.InnerPort, port.OuterPort, port.Published) { HostAddress = port.HostAddress });
        }

        return ports.ToImmutable();
    }

    /// <summary>Whether one port of the container is reachable at two places of the host.</summary>
    private static bool AreApart(ContainerPort one, Request other) =>
        one.OuterPort is not null
        && other.OuterPort is not null
        && (one.OuterPort != other.OuterPort || one.HostAddress != other.HostAddress);

    public sealed class Request
    {
        public string HostAddress { get; set; } = "";

        public string Protocol { get; set; } = "tcp";

        public int InnerPort { get; set; }

        public int? OuterPort { get; set; }

        public bool Published { get; set; } = true;
    }
}
