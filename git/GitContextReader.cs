using AutoDeploy.Ports;
using AutoDeploy.Sources;

namespace AutoDeploy.Git;

/// <summary>Finds out what belongs into the context of one build, and fetches it.</summary>
internal sealed class GitContextReader(GitMirrorClient mirrors, GitRemote remote, string commit, GitSource source) : IAsyncDisposable
{
    private const string IgnoreFile = ".dockerignore";
    private const int MaxDepth = 5;
    private const int MaxLinks = 40;

    private readonly ContextLimits _limits = new(remote.Repository.Key);
    private readonly List<GitContextPart> _parts = [];
    private readonly Dictionary<string, GitTreeEntry> _tree = new(StringComparer.Ordinal);
    private readonly string _prefix = source.RootPath.Trim('/') is { Length: > 0 } root ? root + "/" : "";

    /// <summary>Whose mirror is worked on, for when it is damaged.</summary>
    public GitRemote? Damaged => _parts.Count == 0 ? null : _parts[^1].Remote;

    private string Key => remote.Repository.Key;

    public async Task<BuildContext> Open(CancellationToken cancellationToken)
    {
        try
        {
            return await Read(cancellationToken);
        }
        catch (IgnoreLimitException e)
        {
            throw _limits.TooMuch($"has a {IgnoreFile} with {e.Message}");
        }
    }

    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    private async Task<BuildContext> Read(CancellationToken cancellationToken)
    {
        var part = Add(remote, source.Branch);
        var head = await part.Commit(commit, cancellationToken);
        var entries = await part.Tree(head.Id, "", _limits, cancellationToken);
        foreach (var entry in entries)
            _tree[entry.Path] = entry;
        CheckRoot(entries);
        await Prefetch(part, cancellationToken);

        var ignore = await ReadIgnoreFile(cancellationToken);
        if (source.Submodules)
            entries = await WithSubmodules(part, entries, "", ignore.Rules, 1, cancellationToken);
        var (dockerfile, written) = await FindDockerfile(cancellationToken);
        var name = written is null ? dockerfile.Path[_prefix.Length..] : OwnName(dockerfile);

        var chosen = Choose(entries, ignore, dockerfile, written);
        foreach (var of in chosen.Append(dockerfile).Where(entry => entry.Kind != GitTreeEntryKind.Submodule).GroupBy(entry => entry.Part))
            await of.Key.Ensure(of.Select(entry => entry.Id).ToHashSet(), cancellationToken);
        var links = await ReadLinks(chosen, cancellationToken);

        var plan = Plan(entries, chosen, links, ignore.Rules);
        if (written is not null)
        {
            plan.Add(new GitContextEntry(name, GitContextEntryKind.File, dockerfile));
            // excluded from COPY, as the docker CLI does
            plan.RemoveAll(entry => entry.Name == IgnoreFile);
            plan.Add(new GitContextEntry(IgnoreFile, GitContextEntryKind.File, null, (ignore.Text ?? IgnoreFile) + $"\n{name}\n"));
        }

        return new BuildContext(new GitContextStream(plan, head.Time, Close), name);
    }

    private void Close()
    {
        foreach (var part in _parts)
            part.Dispose();
    }

    private GitContextPart Add(GitRemote of, string? branch)
    {
        var part = new GitContextPart(mirrors, of, branch);
        _parts.Add(part);
        return part;
    }

    private void CheckRoot(List<GitTreeEntry> entries)
    {
        if (_prefix.Split('/').SkipLast(1).Any(part => part is "" or "." or ".."))
            throw Refused($"The root path \"{source.RootPath}\" has empty parts, \".\" or \"..\".");
        if (_tree.TryGetValue(_prefix.TrimEnd('/'), out var entry))
            throw Refused($"The root path \"{source.RootPath}\" of the repository {Key} is {Kind(entry)}, not a directory.");
        if (_prefix.Length > 0 && !entries.Exists(other => other.Path.StartsWith(_prefix, StringComparison.Ordinal)))
            throw Refused($"The repository {Key} has no directory \"{source.RootPath}\" in the commit {GitRefs.Shorten(commit)}.");
    }

    /// <summary>What is read before one knows the rest, with one question to the server.</summary>
    private async Task Prefetch(GitContextPart part, CancellationToken cancellationToken)
    {
        List<string> paths = [_prefix + IgnoreFile, .. source.Submodules ? [".gitmodules"] : Array.Empty<string>()];
        var ids = paths
            .Concat(DockerfilePaths())
            .Select(path => _tree.GetValueOrDefault(path))
            .OfType<GitTreeEntry>()
            .Where(entry => entry.Kind != GitTreeEntryKind.Submodule)
            .Select(entry => entry.Id)
            .ToHashSet();
        await part.Ensure(ids, cancellationToken);
    }

    private async Task<(DockerIgnore Rules, string? Text)> ReadIgnoreFile(CancellationToken cancellationToken)
    {
        if (await Follow(_prefix + IgnoreFile, cancellationToken) is not { } file)
            return (DockerIgnore.Nothing, null);
        var text =
            await file.Part.ReadText(file.Id, ContextLimits.MaxSettingsBytes, cancellationToken)
            ?? throw _limits.TooMuch($"has a {IgnoreFile} of more than {ContextLimits.MaxSettingsBytes / 1024} KiB");
        try
        {
            return (DockerIgnore.Parse(text), text);
        }
        catch (FormatException e)
        {
            throw Refused($"The {IgnoreFile} of the repository {Key} has a pattern that cannot be read: \"{e.Message}\".");
        }
    }

    private async Task<List<GitTreeEntry>> WithSubmodules(
        GitContextPart part,
        List<GitTreeEntry> entries,
        string prefix,
        DockerIgnore ignore,
        int depth,
        CancellationToken cancellationToken
    )
    {
        if (!entries.Exists(IsWanted))
            return entries;
        if (depth > MaxDepth)
            throw Refused($"The submodules of the repository {Key} are more than {MaxDepth} deep.");
        var urls = await GitSubmodules.Read(part, entries, prefix, cancellationToken);
        var all = new List<GitTreeEntry>();
        foreach (var entry in entries)
        {
            all.Add(entry);
            if (!IsWanted(entry))
                continue;
            _limits.AddSubmodule();
            var place = urls.Find(entry.Path[prefix.Length..]);
            if (SubmoduleRules.Objection(source, entry.Path, place.Repository) is { } objection)
                throw Refused(objection);
            var inner = Add(place, null);
            var within = entry.Path + "/";
            var head = await inner.Commit(entry.Id, cancellationToken);
            var tree = await inner.Tree(head.Id, within, _limits, cancellationToken);
            foreach (var one in tree)
                _tree[one.Path] = one;
            all.AddRange(await WithSubmodules(inner, tree, within, ignore, depth + 1, cancellationToken));
        }

        return all;

        bool IsWanted(GitTreeEntry entry) =>
            entry.Kind == GitTreeEntryKind.Submodule
            && entry.Path.StartsWith(_prefix, StringComparison.Ordinal)
            && (ignore.HasExceptions || !ignore.Excludes(entry.Path[_prefix.Length..]));
    }

    /// <summary>The Dockerfile, and where it is written to be when it is not simply a file of the context.</summary>
    private async Task<(GitTreeEntry File, string? Written)> FindDockerfile(CancellationToken cancellationToken)
    {
        foreach (var path in DockerfilePaths())
            if (await Follow(path, cancellationToken) is { } file)
                return (file, file.Path == path && path.StartsWith(_prefix, StringComparison.Ordinal) ? null : path);
        throw Refused($"The repository {Key} has no Dockerfile \"{source.DockerfilePath}\" in the commit {GitRefs.Shorten(commit)}.");
    }

    private List<string> DockerfilePaths()
    {
        var path = source.DockerfilePath;
        string[] places = path.StartsWith('/') ? [path] : [_prefix + path, path];
        return places.Select(Normalise).OfType<string>().Distinct().ToList();
    }

    /// <summary>Without empty parts, <c>.</c> and <c>..</c>; null: it leaves the repository.</summary>
    private static string? Normalise(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part is "" or ".")
                continue;
            if (part != "..")
                parts.Add(part);
            else if (parts.Count > 0)
                parts.RemoveAt(parts.Count - 1);
            else
                return null;
        }

        return string.Join('/', parts);
    }

    /// <summary>The file that a path means, through symbolic links within the repository; null: none.</summary>
    private async Task<GitTreeEntry?> Follow(string path, CancellationToken cancellationToken)
    {
        var ahead = new Stack<string>(path.Split('/').Reverse());
        var here = new List<string>();
        var links = 0;
        while (ahead.TryPop(out var part))
        {
            if (part is "" or ".")
                continue;
            if (part == "..")
            {
                if (here.Count == 0)
                    return null;
                here.RemoveAt(here.Count - 1);
                continue;
            }

            here.Add(part);
            if (!_tree.TryGetValue(string.Join('/', here), out var entry) || entry.Kind != GitTreeEntryKind.Link)
                continue;
            var target = await entry.Part.ReadText(entry.Id, ContextLimits.MaxLinkBytes, cancellationToken);
            if (target is null || target.StartsWith('/') || ++links > MaxLinks)
                return null;
            here.RemoveAt(here.Count - 1);
            foreach (var next in target.Split('/').Reverse())
                ahead.Push(next);
        }

        return _tree.TryGetValue(string.Join('/', here), out var file) && file.Kind is GitTreeEntryKind.File or GitTreeEntryKind.Program
            ? file
            : null;
    }

    /// <summary>A name that no file of the context has, the same for the same Dockerfile.</summary>
    private string OwnName(GitTreeEntry dockerfile)
    {
        var name = ".dockerfile." + dockerfile.Id[..20];
        while (_tree.ContainsKey(_prefix + name))
            name += "_";
        return name;
    }

    private List<GitTreeEntry> Choose(
        List<GitTreeEntry> entries,
        (DockerIgnore Rules, string? Text) ignore,
        GitTreeEntry dockerfile,
        string? written
    )
    {
        var chosen = new List<GitTreeEntry>();
        foreach (var entry in entries.Where(entry => entry.Path.StartsWith(_prefix, StringComparison.Ordinal)))
        {
            var name = entry.Path[_prefix.Length..];
            var isNeeded = name == IgnoreFile || (written is null && entry == dockerfile);
            if (!isNeeded && ignore.Rules.Excludes(name))
                continue;
            // the link was followed; where it leads out of the context, the file is sent in its place
            if (
                entry.Path == written
                && entry.Kind == GitTreeEntryKind.Link
                && !dockerfile.Path.StartsWith(_prefix, StringComparison.Ordinal)
            )
                continue;
            if (!entry.IsReadable)
                throw Refused($"The repository {Key} has a file whose name is not UTF-8: \"{entry.Path}\".");
            if (name.Split('/').Any(part => part is "" or "." or ".."))
                throw Refused($"The repository {Key} has a file whose name leaves its directory: \"{entry.Path}\".");
            chosen.Add(entry);
        }

        return chosen;
    }

    private async Task<Dictionary<GitTreeEntry, string>> ReadLinks(List<GitTreeEntry> chosen, CancellationToken cancellationToken)
    {
        var targets = new Dictionary<GitTreeEntry, string>();
        foreach (var of in chosen.Where(entry => entry.Kind == GitTreeEntryKind.Link).GroupBy(entry => entry.Part))
        {
            await using var reader = new GitBlobReader(of.Key, of.Select(entry => entry.Id), cancellationToken);
            foreach (var entry in of)
            {
                var content = await reader.Next(entry.Id, cancellationToken);
                if (content.Length > ContextLimits.MaxLinkBytes)
                    throw Refused($"The symbolic link \"{entry.Path}\" of the repository {Key} is too long.");
                _limits.AddLink((int)content.Length);
                using var text = new StreamReader(content, leaveOpen: true);
                var target = await text.ReadToEndAsync(cancellationToken);
                await reader.Skip(content, cancellationToken);
                var name = entry.Path[_prefix.Length..];
                if (target.StartsWith('/') || Normalise(name[..(name.LastIndexOf('/') + 1)] + target) is null)
                    throw Refused(
                        $"The symbolic link \"{entry.Path}\" of the repository {Key} leads out of the build's context, to \"{target}\"."
                    );
                targets[entry] = target;
            }
        }

        return targets;
    }

    /// <summary>The tar's entries: each directory before what is in it, those whose files are all ignored, too.</summary>
    private List<GitContextEntry> Plan(
        List<GitTreeEntry> entries,
        List<GitTreeEntry> chosen,
        Dictionary<GitTreeEntry, string> links,
        DockerIgnore rules
    )
    {
        var plan = new List<GitContextEntry>();
        var directories = new HashSet<string>(StringComparer.Ordinal);
        var isChosen = chosen.ToHashSet(ReferenceEqualityComparer.Instance);
        foreach (var entry in entries.Where(entry => entry.Path.StartsWith(_prefix, StringComparison.Ordinal)))
        {
            var name = entry.Path[_prefix.Length..];
            for (var slash = name.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = name.IndexOf('/', slash + 1))
                if (!directories.Contains(name[..slash]) && (isChosen.Contains(entry) || !rules.Excludes(name[..slash])))
                    AddDirectory(name[..slash]);
            if (!isChosen.Contains(entry))
                continue;
            if (entry.Kind == GitTreeEntryKind.Submodule)
                AddDirectory(name);
            else if (entry.Kind == GitTreeEntryKind.Link)
                plan.Add(new GitContextEntry(name, GitContextEntryKind.Link, null, links[entry]));
            else
                plan.Add(
                    new GitContextEntry(
                        name,
                        entry.Kind == GitTreeEntryKind.Program ? GitContextEntryKind.Program : GitContextEntryKind.File,
                        entry
                    )
                );
        }

        return plan;

        void AddDirectory(string name)
        {
            if (directories.Add(name))
                plan.Add(new GitContextEntry(name, GitContextEntryKind.Directory));
        }
    }

    private static GitException Refused(string message) => new(GitFault.Refused, message);

    private static string Kind(GitTreeEntry entry) =>
        entry.Kind switch
        {
            GitTreeEntryKind.Link => "a symbolic link",
            GitTreeEntryKind.Submodule => "a submodule",
            _ => "a file",
        };
}
