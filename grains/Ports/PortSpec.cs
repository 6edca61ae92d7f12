namespace AutoDeploy.Ports;

/// <param name="Protocol"><c>tcp</c>, <c>udp</c> or <c>sctp</c></param>
/// <param name="Published">Reachable on the host.</param>
/// <param name="OuterPort">The host's port; null lets the engine choose when published.</param>
public sealed record PortSpec(string Protocol, int InnerPort, bool Published, int? OuterPort)
{
    /// <summary>The host's address; empty: all.</summary>
    public string HostAddress { get; init; } = "";
}
