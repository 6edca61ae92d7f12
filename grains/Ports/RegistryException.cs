namespace AutoDeploy.Ports;

/// <summary>The registry refused or did not answer; the message is one sentence for a person.</summary>
[GenerateSerializer, Alias("AutoDeploy.RegistryException")]
public sealed class RegistryException(RegistryFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    [Id(0)]
    public RegistryFault Fault { get; private init; } = fault;
}
