namespace AutoDeploy.Testing;

/// <summary>How a registry behaves.</summary>
public sealed record RegistryProxyBehavior
{
    public static readonly RegistryProxyBehavior Normal = new();

    /// <summary>Every connection is closed without an answer.</summary>
    public bool HangsUp { get; init; }

    /// <summary>Before each answer.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Answered to everything.</summary>
    public int? Status { get; init; }

    /// <summary>Seconds that an answer 429 asks to wait.</summary>
    public int RetryAfter { get; init; } = 1;

    /// <summary>What is asked for but blobs is answered well.</summary>
    public bool OnlyBlobs { get; init; }

    /// <summary>The connection ends in the middle of each blob.</summary>
    public bool CutsBlobs { get; init; }

    /// <summary>Waited for in the middle of each layer.</summary>
    public Func<Task>? HalfWay { get; init; }
}
