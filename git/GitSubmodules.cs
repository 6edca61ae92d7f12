using System.Text;
using AutoDeploy.Ports;
using AutoDeploy.Sources;

namespace AutoDeploy.Git;

/// <summary>Where the submodules of one commit come from: its <c>.gitmodules</c>.</summary>
internal sealed class GitSubmodules
{
    private const string File = ".gitmodules";

    private readonly Dictionary<string, string> _urls;
    private readonly GitRemote _parent;

    private GitSubmodules(GitRemote parent, Dictionary<string, string> urls)
    {
        _parent = parent;
        _urls = urls;
    }

    /// <param name="prefix">Where the commit's tree is in the whole: empty, or with a slash at its end.</param>
    public static async Task<GitSubmodules> Read(
        GitContextPart part,
        IEnumerable<GitTreeEntry> entries,
        string prefix,
        CancellationToken cancellationToken
    )
    {
        var urls = new Dictionary<string, string>(StringComparer.Ordinal);
        if (
            entries.FirstOrDefault(entry =>
                entry.Path == prefix + File && entry.Part == part && entry.Kind is GitTreeEntryKind.File or GitTreeEntryKind.Program
            )
            is not { } file
        )
            return new GitSubmodules(part.Remote, urls);
        await part.Ensure([file.Id], cancellationToken);
        var names = new Dictionary<string, (string? Path, string? Url)>(StringComparer.Ordinal);
        GitResult list;
        try
        {
            list = await part.Mirror.Read(
                ["config", "-z", "--no-includes", "--blob", file.Id, "--list"],
                "",
                cancellationToken,
                ContextLimits.MaxSettingsBytes
            );
        }
        catch (DamagedMirrorException e)
        {
            throw new GitException(GitFault.Refused, $"The {File} of the repository {part.Remote.Repository.Key} cannot be read.", e);
        }

        if (list.IsCut)
            throw new GitException(
                GitFault.Refused,
                $"The {File} of the repository {part.Remote.Repository.Key} has more than {ContextLimits.MaxSettingsBytes / 1024} "
                    + "KiB; that is too much for a build."
            );
        foreach (var setting in Encoding.UTF8.GetString(list.Output).Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            var end = setting.IndexOf('\n', StringComparison.Ordinal);
            var (key, value) = end < 0 ? (setting, "") : (setting[..end], setting[(end + 1)..]);
            if (!key.StartsWith("submodule.", StringComparison.Ordinal))
                continue;
            var dot = key.LastIndexOf('.');
            if (dot <= 10)
                continue;
            var name = key[10..dot];
            var known = names.GetValueOrDefault(name);
            names[name] = key[dot..] switch
            {
                ".path" => known with { Path = value },
                ".url" => known with { Url = value },
                _ => known,
            };
        }

        foreach (var (path, url) in names.Values)
            if (path is not null && url is not null)
                urls[path.TrimEnd('/')] = url;
        return new GitSubmodules(part.Remote, urls);
    }

    /// <param name="path">From the root of the repository that has the submodule.</param>
    /// <exception cref="GitException">There is none, or it is not one that is fetched.</exception>
    public GitRemote Find(string path)
    {
        var key = _parent.Repository.Key;
        if (!_urls.TryGetValue(path, out var url))
            throw new GitException(GitFault.Refused, $"The submodule \"{path}\" of the repository {key} has no URL in {File}.");
        var full =
            url.StartsWith("./", StringComparison.Ordinal) || url.StartsWith("../", StringComparison.Ordinal)
                ? Resolve(_parent.Repository.Url, url)
                : url;
        return full is not null && RepositoryName.TryParse(full, out var repository, out _)
            ? _parent with
            {
                Repository = repository,
            }
            : throw new GitException(
                GitFault.Refused,
                $"The submodule \"{path}\" of the repository {key} has a URL that is not fetched; it has to be one of https, "
                    + "http, ssh or git."
            );
    }

    /// <summary>A URL that begins with <c>../</c> or <c>./</c> is meant from the parent's.</summary>
    private static string? Resolve(string parent, string url)
    {
        var start = parent.IndexOf('/', parent.IndexOf("://", StringComparison.Ordinal) + 3);
        var parts = parent[(start + 1)..].Split('/', StringSplitOptions.RemoveEmptyEntries).ToList();
        foreach (var part in url.Split('/'))
            switch (part)
            {
                case "" or ".":
                    break;
                case ".." when parts.Count == 0:
                    return null;
                case "..":
                    parts.RemoveAt(parts.Count - 1);
                    break;
                default:
                    parts.Add(part);
                    break;
            }

        return parent[..start] + "/" + string.Join('/', parts);
    }
}
