namespace AutoDeploy.Ports;

/// <summary>How the commit that came is related to the commit that was there.</summary>
public enum GitRelation
{
    Unknown,
    Same,

    /// <summary>It descends from it.</summary>
    Newer,

    /// <summary>It is an ancestor of it.</summary>
    Older,

    /// <summary>Neither descends from the other: history was rewritten.</summary>
    Diverged,
}
