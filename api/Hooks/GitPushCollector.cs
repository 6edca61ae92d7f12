using AutoDeploy.Api.Http;
using AutoDeploy.Sources;

namespace AutoDeploy.Api.Hooks;

/// <summary>Gathers the refs of a git host's delivery, and makes a push of each branch for each name that the repository has.</summary>
/// <param name="expected">The end of a sentence that says what is missing.</param>
internal sealed class GitPushCollector(string expected)
{
    private const string AnyRef = "refs/";

    private readonly List<(string Ref, string? Commit, bool Deleted)> _branches = [];
    private string? _note;
    private string? _error;

    /// <summary>The sources of all these URLs; a host can have another name, or another port, for the web than for ssh.</summary>
    public static List<string> Sources(params IEnumerable<string?> urls)
    {
        var sources = new List<string>();
        foreach (var url in urls)
            if (RepositoryName.TryParse(url, out var name, out _) && !sources.Contains(name.Source))
                sources.Add(name.Source);
        return sources;
    }

    /// <param name="field">Where the ref was found.</param>
    /// <param name="reference">In full, <c>refs/heads/main</c>.</param>
    /// <param name="afterField">Where the commit was found.</param>
    /// <param name="after">The commit that the ref is at now; all zeros: it was deleted.</param>
    /// <param name="deleted">The sender says that it was deleted.</param>
    /// <param name="headWillDo">A sender that does not say the commit means the branch's head.</param>
    public void Add(string field, string? reference, string afterField, string? after, bool deleted = false, bool headWillDo = false)
    {
        deleted |= after?.Length is 40 or 64 && GitRefs.IsZero(after);
        var commit = deleted || string.IsNullOrEmpty(after) ? null : after.ToLowerInvariant();
        if (string.IsNullOrEmpty(reference))
            _error ??= $"`{field}` is missing; {expected}.";
        else if (!reference.StartsWith(AnyRef, StringComparison.Ordinal))
            _error ??= $"`{field}` is \"{ApiException.Shorten(reference)}\"; expected a full ref such as \"refs/heads/main\".";
        else if (!reference.StartsWith(GitRefs.Heads, StringComparison.Ordinal))
            _note ??= $"The ref \"{ApiException.Shorten(reference)}\" is not a branch.";
        else if (!GitRefs.IsBranch(reference[GitRefs.Heads.Length..]))
            _note ??= $"The ref \"{ApiException.Shorten(reference)}\" is not a branch that a service could follow.";
        else if (commit is null && !deleted && !headWillDo)
            _error ??= $"`{afterField}` is missing; {expected}.";
        else if (commit is not null && !GitRefs.IsCommit(commit))
            _error ??= $"`{afterField}` is \"{ApiException.Shorten(after!)}\"; expected a commit's id, 40 or 64 hexadecimal digits.";
        else
            _branches.Add((reference, commit, deleted));
    }

    public void Fail(string error) => _error ??= error;

    public void Ignore(string note) => _note ??= note;

    /// <param name="common">What all pushes of the delivery have in common, see <see cref="CommonPushFactory"/>.</param>
    /// <param name="sources">The repository's, one or more; none where it has no name that we understand.</param>
    /// <param name="noSource">A sentence for a delivery without sources.</param>
    public HookReading Read(Push common, IReadOnlyList<string> sources, string noSource)
    {
        if (_error is not null)
            return HookReading.Unreadable(_error);
        if (_branches.Count == 0)
            return HookReading.Nothing(_note ?? "The delivery has no refs.");
        if (sources.Count == 0)
            return HookReading.Unreadable(noSource);

        var pushes = new List<Push>(_branches.Count * sources.Count);
        foreach (var (reference, commit, deleted) in _branches)
        foreach (var source in sources)
            pushes.Add(
                common with
                {
                    Uuid = Guid.CreateVersion7(common.Received),
                    // the first keeps the sender's id, as it is known there
                    Delivery = pushes.Count == 0 ? common.Delivery : $"{common.Delivery} {reference} {source}",
                    Source = source,
                    Ref = reference,
                    Commit = commit,
                    Deleted = deleted,
                }
            );
        return new HookReading(pushes);
    }
}
