namespace AutoDeploy.Ports;

/// <summary>The engine refused or did not answer; the message is one sentence for a person.</summary>
[GenerateSerializer, Alias("AutoDeploy.EngineException")]
public sealed class EngineException(EngineFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    [Id(0)]
    public EngineFault Fault { get; private init; } = fault;
}
