using System.Collections.Immutable;
using AutoDeploy.Api.Http;
using AutoDeploy.Services;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Items of <c>container_ports</c>. Clients send numbers as text, and send back what they got.</summary>
public static class PortMembers
{
    public static readonly MemberTable<Draft> Table = new(
    [
        new("protocol", Schemas.Text("The protocol.", "tcp", "udp"), (d, v) => d.Protocol = v.OneOf("tcp", "udp")),
        new("inner_port", Schemas.Integer("The port in the container, a number from 1 to 65,535, or that as text.", 1, 65535, orText: true),
            (d, v) =>
            d.InnerPort = v.Integer(1, 65535, orText: true) ?? throw v.NotA("a whole number from 1 to 65,535")) { Required = true },
        new("outer_port", Schemas.Integer("The port on the host, or that as text; null: one that Docker chooses.", 1, 65535, orText: true),
            (d, v) =>
            d.OuterPort = v.Integer(1, 65535, orText: true)),
        new("published", Schemas.Flag("Reachable on the host.", otherwise: true), (d, v) => d.Published = v.IsNull || v.Flag()),
        new("port_name", Schemas.Text("Not used; taken so that what was read can be sent back."), (_, v) => v.Line()),
        new("uri_protocol", Schemas.Text("Not used; taken so that what was read can be sent back."), (_, v) => v.Line()),
        new("endpoint_uri", Schemas.Text("Not used; taken so that what was read can be sent back."), (_, v) => v.Line()),
    ]);

    public static ImmutableArray<ContainerPort> ReadAll(Value value)
    {
        var ports = ImmutableArray.CreateBuilder<ContainerPort>();
        foreach (var item in value.Items(Most.Items))
        {
            var port = Table.Read(item, new Draft());
            if (ports.Any(p => p.InnerPort == port.InnerPort && p.Protocol == port.Protocol))
                throw item.Wrong($"has inner_port {port.InnerPort}/{port.Protocol} again; expected each once");
            if (port.OuterPort is not null && ports.Any(p => p.OuterPort == port.OuterPort && p.Protocol == port.Protocol))
                throw item.Wrong($"has outer_port {port.OuterPort} again; expected each once");
            if (port.OuterPort is not null && !port.Published)
                throw item.Wrong("has an outer_port and published false; expected one or the other");
            ports.Add(new ContainerPort(port.Protocol, port.InnerPort, port.OuterPort, port.Published));
        }

        return ports.ToImmutable();
    }

    public sealed class Draft
    {
        public string Protocol { get; set; } = "tcp";

        public int InnerPort { get; set; }

        public int? OuterPort { get; set; }

        public bool Published { get; set; } = true;
    }
}
