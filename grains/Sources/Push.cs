using System.Text.Json.Serialization;

namespace AutoDeploy.Sources;

/// <summary>
/// Something new at a source, told by a sender: a pushed tag of an image, or a pushed branch of a repository. Immutable once recorded.
/// </summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.Push")]
public sealed record Push
{
    /// <summary>
    /// Of version 7, in the order of time: an index of them is written at its end, which many pushes share, and not all over.
    /// </summary>
    [Id(0)]
    public required Guid Uuid { get; init; }

    /// <summary>The sender's name as in its hook's path: <c>dockerhub</c>, <c>github</c>, …</summary>
    [Id(1)]
    public required string Sender { get; init; }

    /// <summary>The hook that it came through.</summary>
    [Id(2), JsonPropertyName("Hook")]
    public Guid? HookId { get; init; }

    /// <summary>What makes it unique for its sender: the delivery's or event's id, or else what it says.</summary>
    [Id(3)]
    public required string Delivery { get; init; }

    /// <summary>
    /// The key under which it meets its services: <see cref="ImageName.Repository"/> or <see cref="RepositoryName.Source"/>.
    /// </summary>
    [Id(4)]
    public required string Source { get; init; }

    /// <summary>The tag that was pushed; empty for a git push.</summary>
    [Id(5)]
    public string Tag { get; init; } = "";

    /// <summary>What the sender says the tag means now, if it says so.</summary>
    [Id(6)]
    public string? Digest { get; init; }

    /// <summary>The tag or branch was deleted.</summary>
    [Id(7)]
    public bool Deleted { get; init; }

    /// <summary>Who pushed, if the sender says so.</summary>
    [Id(8)]
    public string? Pusher { get; init; }

    /// <summary>When we received it.</summary>
    [Id(9)]
    public required DateTimeOffset Received { get; init; }

    /// <summary>The organization whose hook it came through; only its services hear of it.</summary>
    [Id(10)]
    public string Organization { get; init; } = "";

    /// <summary>The full ref that was pushed, <c>refs/heads/main</c>; empty for an image.</summary>
    [Id(11)]
    public string Ref { get; init; } = "";

    /// <summary>The commit that the ref is at now; null where the sender does not say: whatever the branch's head is.</summary>
    [Id(12)]
    public string? Commit { get; init; }

    /// <summary>The pusher asked for no deployment by an option of the push (GitLab's <c>ci.skip</c>).</summary>
    [Id(13)]
    public bool SkipAsked { get; init; }

    public bool IsGit => Ref.Length > 0;

    /// <summary>A pipeline's announcement of an image without its host.</summary>
    public bool IsAnnouncement => ImageName.IsPathSource(Source);

    /// <summary>The branch of a git push.</summary>
    public string Branch => Ref.StartsWith(GitRefs.Heads, StringComparison.Ordinal) ? Ref[GitRefs.Heads.Length..] : Ref;

    public override string ToString() =>
        !IsGit ? $"{Source}:{Tag}"
        : Commit is null ? $"{RepositoryName.Display(Source)} ({Branch})"
        : $"{RepositoryName.Display(Source)} ({Branch} at {GitRefs.Shorten(Commit)})";
}
