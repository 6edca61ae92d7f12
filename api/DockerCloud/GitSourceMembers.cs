using System.Collections.Immutable;
using AutoDeploy.Api.Http;
using AutoDeploy.Sources;

namespace AutoDeploy.Api.DockerCloud;

/// <summary><c>git_repository</c>: the repository, branch and Dockerfile that a service's images are built from.</summary>
public static class GitSourceMembers
{
    private const int LongestPath = 1024;

    private const int MostPaths = 50;

    private const int LongestArgument = 128 << 10;

    public static readonly MemberTable<Draft> Table = new(
    [
        new("url", Schemas.RequiredText(
                "A URL such as \"https://github.com/acme/shop.git\" or \"git@github.com:acme/shop.git\", without credentials: those are set per host, see githost."),
            ReadUrl) { Required = true },
        new("branch", Schemas.RequiredText("The branch that it follows, such as \"main\"."), ReadBranch) { Required = true },
        new("root_path", Schemas.Text("The directory that is built, from the repository's root; \"/\" unless given."),
            (d, v) => d.RootPath = ReadPath(v, "a directory such as \"/api\"").Trim('/')),
        new("dockerfile_path", Schemas.Text(
                "Looked for under root_path, then from the repository's root; with a leading slash only there. \"Dockerfile\" unless given."),
            ReadDockerfile),
        new("build_args", Schemas.Map("Values for the Dockerfile's ARGs."), (d, v) => d.BuildArguments = ReadArguments(v)),
        new("target", Schemas.Text("The stage of the Dockerfile to build; the last unless given."), ReadTarget),
        new("submodules", Schemas.Flag("Submodules are fetched and built in; otherwise their directories are empty."), (d, v) => d.Submodules = v.Flag()),
        new("submodule_paths", Schemas.Texts(
                "What submodules may come from beside the repositories of the same owner: hosts with paths such as \"github.com/acme-libs\" or \"github.com/madler/zlib\"."),
            (d, v) => d.SubmodulePaths = ReadSubmodulePaths(v)),
        new("build_registries", Schemas.Texts(
                "Registries whose credentials the build gets for the images that it begins with, such as \"registry.acme.com\" or \"docker.io/acme\". "
                    + "Whoever can commit can have the build pull whatever they open."),
            (d, v) => d.BuildRegistries = ReadBuildRegistries(v)),
    ]);

    public static GitSource Read(Value value)
    {
        var draft = Table.Read(value, new Draft());
        return new GitSource
        {
            Url = draft.Url,
            Branch = draft.Branch,
            RootPath = draft.RootPath,
            DockerfilePath = draft.DockerfilePath,
            BuildArguments = draft.BuildArguments,
            Target = draft.Target,
            Submodules = draft.Submodules,
            SubmodulePaths = draft.SubmodulePaths,
            BuildRegistries = draft.BuildRegistries,
        };
    }

    // no error repeats the URL: there may be a password in it
    private static void ReadUrl(Draft draft, Value value)
    {
        if (!value.IsText)
            throw value.NotA("a URL such as \"https://github.com/acme/shop.git\"");
        var text = value.Text(4096);
        if (!RepositoryName.TryParse(text, out var name, out var error))
            throw value.Wrong(error);
        var at = text.IndexOf("://", StringComparison.Ordinal);
        var authority = (at < 0 ? text : text[(at + 3)..]).Split('/')[0];
        var end = authority.LastIndexOf('@');
        if (end >= 0 && (at >= 0 && name.Scheme != "ssh" || (at >= 0 && authority[..end].Contains(':'))))
            throw value.Wrong("has a user or password in it; expected the URL without, and the credentials at /api/app/v1/githost/");
        draft.Url = name.Url;
    }

    private static void ReadBranch(Draft draft, Value value)
    {
        if (!value.IsText)
            throw value.NotA("a branch such as \"main\"");
        var branch = value.Line();
        if (branch.StartsWith(Refs.Heads, StringComparison.Ordinal))
            branch = branch[Refs.Heads.Length..];
        draft.Branch = Refs.IsBranch(branch) ? branch
            : throw value.Wrong($"is \"{HttpFailure.Shorten(branch)}\"; expected the name of a branch, such as \"main\"");
    }

    private static void ReadDockerfile(Draft draft, Value value)
    {
        var path = ReadPath(value, "a file such as \"Dockerfile\" or \"docker/api.Dockerfile\"");
        if (path.EndsWith('/'))
            throw value.Wrong($"is \"{HttpFailure.Shorten(path)}\"; expected a file, not a directory");
        draft.DockerfilePath = path.Length == 0 ? "Dockerfile" : path;
    }

    private static void ReadTarget(Draft draft, Value value)
    {
        var target = value.Line(255);
        draft.Target = target.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.')
            ? target
            : throw value.Wrong($"is \"{HttpFailure.Shorten(target)}\"; expected the name or number of a stage");
    }

    private static string ReadPath(Value value, string expected)
    {
        var path = value.Line(LongestPath);
        if (path.Split('/') is var parts && (parts.Contains("..") || parts.Skip(1).SkipLast(1).Contains("") || path.Contains('\\')))
            throw value.Wrong($"is \"{HttpFailure.Shorten(path)}\"; expected {expected}, without \"..\", doubled slashes and backslashes");
        var slash = path.StartsWith('/') ? "/" : "";
        var end = path.EndsWith('/') ? "/" : "";
        var plain = string.Join('/', parts.Where(p => p.Length > 0 && p != "."));
        return plain.Length == 0 ? "" : slash + plain + end;
    }

    private static ImmutableDictionary<string, string> ReadArguments(Value value)
    {
        var all = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, inner) in value.Members(Most.Variables))
        {
            if (name.Length is 0 or > 255 || name.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c == '='))
                throw value.Wrong($"has the name \"{HttpFailure.Shorten(name)}\"; expected names without \"=\" and spaces");
            all[name] = inner.IsText ? inner.Text(LongestArgument) : throw inner.NotA("text");
        }

        return all.ToImmutable();
    }

    private static ImmutableArray<string> ReadSubmodulePaths(Value value) =>
        [.. value.Items(MostPaths).Select(ReadSubmodulePath).Distinct()];

    private static string ReadSubmodulePath(Value value)
    {
        const string Expected = "a host with the beginning of a path, such as \"github.com/acme-libs\"";
        if (!value.IsText)
            throw value.NotA(Expected);
        var text = value.Line().Trim().TrimEnd('/');
        if (text.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            text = text["https://".Length..];
        return text.Length > 0 && !text.AsSpan().ContainsAny('?', '#', '@') && !text.Contains("://", StringComparison.Ordinal)
            && RepositoryName.TryParse($"https://{(text.EndsWith(".git", StringComparison.OrdinalIgnoreCase) ? text[..^4] : text)}/x", out var name, out _)
            ? name.Key[..^"/x".Length]
            : throw value.Wrong($"is \"{HttpFailure.Shorten(text)}\"; expected {Expected}");
    }

    private static ImmutableArray<string> ReadBuildRegistries(Value value)
    {
        var all = new List<string>();
        foreach (var item in value.Items(MostPaths))
        {
            const string Expected = "a registry's host such as \"registry.acme.com\", or a host with the beginning of a path such as \"docker.io/acme\"";
            if (!item.IsText)
                throw item.NotA(Expected);
            var text = item.Line().Trim().TrimEnd('/');
            if (!ImageName.TryParse($"{text}/x/y", out var name, out _) || !name.ToString().EndsWith("x/y:latest", StringComparison.Ordinal)
                || !text.Split('/')[0].Equals(name.Host, StringComparison.OrdinalIgnoreCase))
                throw item.Wrong($"is \"{HttpFailure.Shorten(text)}\"; expected {Expected}");
            var path = name.Path[..^"x/y".Length].TrimEnd('/');
            if (all.Any(other => other.Split('/')[0] == name.Host))
                throw item.Wrong($"is \"{HttpFailure.Shorten(text)}\", and the host {name.Host} is there already; expected each host once, since a build has one account for each");
            all.Add(path.Length == 0 ? name.Host : $"{name.Host}/{path}");
        }

        return [.. all];
    }

    public sealed class Draft
    {
        public string Url { get; set; } = "";

        public string Branch { get; set; } = "";

        public string RootPath { get; set; } = "";

        public string DockerfilePath { get; set; } = "Dockerfile";

        public ImmutableDictionary<string, string> BuildArguments { get; set; } = ImmutableDictionary<string, string>.Empty;

        public string Target { get; set; } = "";

        public bool Submodules { get; set; }

        public ImmutableArray<string> SubmodulePaths { get; set; } = [];

        public ImmutableArray<string> BuildRegistries { get; set; } = [];
    }
}

/// <summary>The repository, branch and Dockerfile that a service's images are built from.</summary>
/// <param name="RootPath">From the repository's root, with a leading slash.</param>
public sealed record GitSourceObject(
    string Url, string Branch, string RootPath, string DockerfilePath, IReadOnlyDictionary<string, string> BuildArgs, string? Target, bool Submodules,
    IReadOnlyList<string> SubmodulePaths, IReadOnlyList<string> BuildRegistries)
{
    public static GitSourceObject? Of(GitSource? source) => source is null ? null : new GitSourceObject(
        source.Url, source.Branch, "/" + source.RootPath, source.DockerfilePath, source.BuildArguments,
        source.Target.Length == 0 ? null : source.Target, source.Submodules,
        source.SubmodulePaths, source.BuildRegistries);
}
