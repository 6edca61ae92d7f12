namespace AutoDeploy.Services;

/// <summary>One bound of a version range.</summary>
public sealed record VersionComparator(Bound Bound, SemanticVersion Version)
{
    public bool Holds(SemanticVersion version)
    {
        var difference = version.CompareTo(Version);
        return Bound switch
        {
            Bound.Less => difference < 0,
            Bound.AtMost => difference <= 0,
            Bound.Greater => difference > 0,
            Bound.AtLeast => difference >= 0,
            _ => difference == 0,
        };
    }
}

public enum Bound
{
    Exactly,
    Less,
    AtMost,
    Greater,
    AtLeast,
}
