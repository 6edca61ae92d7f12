namespace AutoDeploy.Ports;

/// <summary>The ledger cannot be used, or refused; the message is one sentence for a person and holds no secret.</summary>
[GenerateSerializer, Alias("AutoDeploy.LedgerException")]
public sealed class LedgerException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Its place is full, locked or out of order: the same may do later.</summary>
    [Id(0)]
    public bool IsUnavailable { get; init; }
}
