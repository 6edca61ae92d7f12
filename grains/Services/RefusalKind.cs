namespace AutoDeploy.Services;

[GenerateSerializer, Alias("AutoDeploy.RefusalKind")]
public enum RefusalKind
{
    NotFound,
    Conflict,
    Invalid,

    /// <summary>The revision is not the newest.</summary>
    Stale,
}
