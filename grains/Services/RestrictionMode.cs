namespace AutoDeploy.Services;

[GenerateSerializer, Alias("AutoDeploy.RestrictionMode")]
public enum RestrictionMode
{
    /// <summary>Deploy when a covered file changed; one hit suffices.</summary>
    Match,

    /// <summary>Do not deploy when only covered files changed.</summary>
    Exclude,
}
