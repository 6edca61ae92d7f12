namespace AutoDeploy.Services;

/// <summary>The words for why.</summary>
public static class VerdictReasons
{
    /// <summary>It is a new version: it is deployed.</summary>
    public const string New = "new";
    public const string Deleted = "deleted";
    public const string AutoredeployOff = "autoredeploy_off";
    public const string Stopped = "stopped";
    public const string Tag = "tag";
    public const string SkipMarker = "skip_marker";
    public const string Restricted = "restricted";
    public const string Current = "current";
    public const string Older = "older";
    public const string RolledBack = "rolled_back";
    public const string FailedBefore = "failed_before";

    /// <summary>It was held, and something newer came.</summary>
    public const string Superseded = "superseded";

    /// <summary>Held until a deployment window opens.</summary>
    public const string Window = "window";

    /// <summary>Held until a freeze is lifted.</summary>
    public const string Frozen = "frozen";

    /// <summary>Held until somebody approves it.</summary>
    public const string Approval = "approval";
}
