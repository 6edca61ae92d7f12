namespace AutoDeploy.Sources;

/// <summary>What a git push turned out to be when its repository was read.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.PushedCommit")]
public sealed record PushedCommit
{
    /// <summary>The repository that was read: <see cref="RepositoryName.Key"/>.</summary>
    [Id(0)]
    public required string Repository { get; init; }

    /// <summary>The full id; null when neither the push nor the repository told it.</summary>
    [Id(1)]
    public string? Id { get; init; }

    /// <summary>The marker in its message that asks for no deployment, or null.</summary>
    [Id(2)]
    public string? SkipMarker { get; init; }

    /// <summary>Why the repository could not be read, in a sentence; null when it was.</summary>
    [Id(3)]
    public string? Problem { get; init; }

    /// <summary>The commit is not on the branch, and is not expected there any more: the branch has gone on without it.</summary>
    [Id(4)]
    public bool LeftBranch { get; init; }
}
