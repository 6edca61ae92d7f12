using System.Collections.Immutable;
using AutoDeploy.Api.Http;
using AutoDeploy.Sources;

namespace AutoDeploy.Api.DockerCloud;

/// <summary><c>git_repository</c>: the repository, branch and Dockerfile that a service's images are built from.</summary>
public static class GitSourceMembers
{
    private const int LongestPath = 1024;

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

    public sealed class Draft
    {
        public string Url { get; set; } = "";

        public string Branch { get; set; } = "";

        public string RootPath { get; set; } = "";

        public string DockerfilePath { get; set; } = "Dockerfile";

        public ImmutableDictionary<string, string> BuildArguments { get; set; } = ImmutableDictionary<string, string>.Empty;

        public string Target { get; set; } = "";

        public bool Submodules { get; set; }
    }
}

/// <summary>The repository, branch and Dockerfile that a service's images are built from.</summary>
/// <param name="RootPath">From the repository's root, with a leading slash.</param>
public sealed record GitSourceObject(
    string Url, string Branch, string RootPath, string DockerfilePath, IReadOnlyDictionary<string, string> BuildArgs, string? Target, bool Submodules)
{
    public static GitSourceObject? Of(GitSource? source) => source is null ? null : new GitSourceObject(
        source.Url, source.Branch, "/" + source.RootPath, source.DockerfilePath, source.BuildArguments,
        source.Target.Length == 0 ? null : source.Target, source.Submodules);
}
