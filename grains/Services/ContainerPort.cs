namespace AutoDeploy.Services;

/// <param name="Protocol"><c>tcp</c>, <c>udp</c> or <c>sctp</c></param>
/// <param name="InnerPort">In the container.</param>
/// <param name="OuterPort">On the host; null with <paramref name="Published"/>: one that Docker chooses.</param>
/// <param name="Published">Reachable on the host.</param>
[GenerateSerializer, Immutable, Alias("AutoDeploy.ContainerPort")]
public sealed record ContainerPort(
    [property: Id(0)] string Protocol,
    [property: Id(1)] int InnerPort,
    [property: Id(2)] int? OuterPort,
    [property: Id(3)] bool Published
)
{
    /// <summary>The host's address on which it is reachable; empty: all.</summary>
    [Id(4)]
    public string HostAddress { get; init; } = "";
}
