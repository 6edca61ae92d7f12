namespace AutoDeploy.Chaos.Tests.Faults;

/// <summary>What a registry can have.</summary>
public enum RegistryTroubleKind
{
    HangsUp,
    Slow,
    Error,
    TooManyRequests,
    CutsBlobs,
}
