namespace AutoDeploy.Git;

/// <summary>One run of git.</summary>
internal sealed record GitCall
{
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The repository; null: none.</summary>
    public string? Directory { get; init; }

    /// <summary>For what goes to the repository's server; null: git sees no server, and cannot fetch what it lacks.</summary>
    public GitAccess? Access { get; init; }

    /// <summary>Settings beside the usual ones.</summary>
    public IReadOnlyList<(string Key, string Value)> Settings { get; init; } = [];

    /// <summary>What git reads, as text.</summary>
    public string Input { get; init; } = "";

    public required TimeSpan Timeout { get; init; }

    /// <summary>More bytes of output are thrown away, and git is stopped.</summary>
    public int OutputLimit { get; init; } = 1024 * 1024;
}
