namespace AutoDeploy.Services;

/// <summary>
/// A version as written in a range, where numbers may be left out: <c>1.2</c>, <c>1.x</c>, <c>*</c>. What follows the first number that is
/// left out does not count. Turned into bounds as node-semver does; upper ones end in <c>-0</c>, the lowest prerelease.
/// </summary>
public sealed record PartialVersion(long? Major, long? Minor, long? Patch, string[] Prerelease)
{
    private static readonly VersionComparator Nothing = new(Bound.Less, Lowest(0, 0, 0));

    private SemanticVersion Least => Patch is { } patch && Minor is { } minor && Major is { } major
        ? new SemanticVersion(major, minor, patch, Prerelease)
        : new SemanticVersion(Major ?? 0, Major is null ? 0 : Minor ?? 0, 0);

    private bool IsFull => Major is not null && Minor is not null && Patch is not null;

    /// <summary>The first version above all that it covers; never asked of one that covers all.</summary>
    private SemanticVersion Next => Minor is { } minor && Major is { } major
        ? Lowest(major, minor + 1, 0)
        : Lowest(Major!.Value + 1, 0, 0);

    /// <summary><c>1.2.3</c>, <c>1.2</c>, <c>*</c></summary>
    public VersionComparator[] Itself() =>
        IsFull ? [new(Bound.Exactly, Least)]
        : Major is null ? []
        : [new(Bound.AtLeast, Least), new(Bound.Less, Next)];

    /// <summary><c>&lt;1.2</c>, <c>&gt;=1.2.3</c></summary>
    public VersionComparator[] Compared(Bound bound)
    {
        if (bound == Bound.Exactly)
            return Itself();
        if (IsFull)
            return [new(bound, Least)];
        if (Major is null)
            return bound is Bound.Less or Bound.Greater ? [Nothing] : [];
        return bound switch
        {
            Bound.Less => [new(Bound.Less, Lowest(Least.Major, Least.Minor, 0))],
            Bound.AtMost => [new(Bound.Less, Next)],
            Bound.Greater => [new(Bound.AtLeast, new SemanticVersion(Next.Major, Next.Minor, 0))],
            _ => [new(Bound.AtLeast, Least)],
        };
    }

    /// <summary><c>~1.2.3</c>: the patch may grow, without a minor number that one too.</summary>
    public VersionComparator[] Tilde() =>
        Major is null ? [] : [new(Bound.AtLeast, Least), new(Bound.Less, Next)];

    /// <summary><c>^1.2.3</c>: what is right of the leftmost number that is not 0 may grow.</summary>
    public VersionComparator[] Caret()
    {
        if (Major is not { } major)
            return [];
        var end = major > 0 || Minor is null ? Lowest(major + 1, 0, 0)
            : Minor > 0 || Patch is null ? Lowest(0, Minor.Value + 1, 0)
            : Lowest(0, 0, Patch.Value + 1);
        return [new(Bound.AtLeast, Least), new(Bound.Less, end)];
    }

    /// <summary><c>1.2 - 2.3</c></summary>
    public VersionComparator[] UpTo(PartialVersion last) =>
        [.. Major is null ? [] : Compared(Bound.AtLeast), .. last.Major is null ? [] : last.Compared(Bound.AtMost)];

    private static SemanticVersion Lowest(long major, long minor, long patch) => new(major, minor, patch, "0");
}
