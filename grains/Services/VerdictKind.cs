namespace AutoDeploy.Services;

[GenerateSerializer, Alias("AutoDeploy.VerdictKind")]
public enum VerdictKind
{
    Deploy,
    Skip,
    Held,
}
