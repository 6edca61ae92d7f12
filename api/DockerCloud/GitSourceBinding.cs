using System.Collections.Immutable;
using AutoDeploy.Api.Http;
using AutoDeploy.Sources;

namespace AutoDeploy.Api.DockerCloud;

/// <summary><c>git_repository</c>: the repository, branch and Dockerfile that a service's images are built from.</summary>
public static class GitSourceBinding
{
    private const int MaxPathLength = 1024;

    private const int MostPaths = 50;

    private const int MaxArgumentLength = 128 << 10;

    public static readonly JsonBinder<Request> Binder = new([
        new(
            "url",
            SchemaFactory.RequiredText(
                "A URL such as \"https://github.com/acme/shop.git\" or \"git@github.com:acme/shop.git\", without credentials: "
                    + "those are set per host, see githost."
            ),
            ReadUrl
        )
        {
            Required = true,
        },
        new("branch", SchemaFactory.RequiredText("The branch that it follows, such as \"main\"."), ReadBranch) { Required = true },
        new(
            "root_path",
            SchemaFactory.Text("The directory that is built, from the repository's root; \"/\" unless given."),
            (d, v) => d.RootPath = ReadPath(v, "a directory such as \"/api\"").Trim('/')
        ),
        new(
            "dockerfile_path",
            SchemaFactory.Text(
                "Looked for under root_path, then from the repository's root; with a leading slash only there. \"Dockerfile\" unless given."
            ),
            ReadDockerfile
        ),
        new("build_args", SchemaFactory.Map("Values for the Dockerfile's ARGs."), (d, v) => d.BuildArguments = ReadArguments(v)),
        new("target", SchemaFactory.Text("The stage of the Dockerfile to build; the last unless given."), ReadTarget),
        new(
            "submodules",
            SchemaFactory.Flag("Submodules are fetched and built in; otherwise their directories are empty."),
            (d, v) => d.Submodules = v.ReadFlag()
        ),
        new(
            "submodule_paths",
            SchemaFactory.Texts(
                "What submodules may come from beside the repositories of the same owner: hosts with paths such as "
                    + "\"github.com/acme-libs\" or \"github.com/madler/zlib\"."
            ),
            (d, v) => d.SubmodulePaths = ReadSubmodulePaths(v)
        ),
        new(
            "build_registries",
            SchemaFactory.Texts(
                "Registries whose credentials the build gets for the images that it begins with, such as \"registry.acme.com\" "
                    + "or \"docker.io/acme\". "
                    + "Whoever can commit can have the build pull whatever they open."
            ),
            (d, v) => d.BuildRegistries = ReadBuildRegistries(v)
        ),
    ]);

    public static GitSource Read(RequestValue value)
    {
        var request = Binder.Read(value, new Request());
        return new GitSource
        {
            Url = request.Url,
            Branch = request.Branch,
            RootPath = request.RootPath,
            DockerfilePath = request.DockerfilePath,
            BuildArguments = request.BuildArguments,
            Target = request.Target,
            Submodules = request.Submodules,
            SubmodulePaths = request.SubmodulePaths,
            BuildRegistries = request.BuildRegistries,
        };
    }

    // no error repeats the URL: there may be a password in it
    private static void ReadUrl(Request request, RequestValue value)
    {
        if (!value.IsText)
            throw value.CreateTypeError("a URL such as \"https://github.com/acme/shop.git\"");
        var text = value.ReadText(4096);
        if (!RepositoryName.TryParse(text, out var name, out var error))
            throw value.CreateError(error);
        var at = text.IndexOf("://", StringComparison.Ordinal);
        var authority = (at < 0 ? text : text[(at + 3)..]).Split('/')[0];
        var end = authority.LastIndexOf('@');
        if (end >= 0 && (at >= 0 && name.Scheme != "ssh" || (at >= 0 && authority[..end].Contains(':'))))
            throw value.CreateError("has a user or password in it; expected the URL without, and the credentials at /api/app/v1/githost/");
        request.Url = name.Url;
    }

    private static void ReadBranch(Request request, RequestValue value)
    {
        if (!value.IsText)
            throw value.CreateTypeError("a branch such as \"main\"");
        var branch = value.ReadLine();
        if (branch.StartsWith(GitRefs.Heads, StringComparison.Ordinal))
            branch = branch[GitRefs.Heads.Length..];
        request.Branch = GitRefs.IsBranch(branch)
            ? branch
            : throw value.CreateError($"is \"{ApiException.Shorten(branch)}\"; expected the name of a branch, such as \"main\"");
    }

    private static void ReadDockerfile(Request request, RequestValue value)
    {
        var path = ReadPath(value, "a file such as \"Dockerfile\" or \"docker/api.Dockerfile\"");
        if (path.EndsWith('/'))
            throw value.CreateError($"is \"{ApiException.Shorten(path)}\"; expected a file, not a directory");
        request.DockerfilePath = path.Length == 0 ? "Dockerfile" : path;
    }

    private static void ReadTarget(Request request, RequestValue value)
    {
        var target = value.ReadLine(255);
        request.Target = target.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.')
            ? target
            : throw value.CreateError($"is \"{ApiException.Shorten(target)}\"; expected the name or number of a stage");
    }

    private static string ReadPath(RequestValue value, string expected)
    {
        var path = value.ReadLine(MaxPathLength);
        if (path.Split('/') is var parts && (parts.Contains("..") || parts.Skip(1).SkipLast(1).Contains("") || path.Contains('\\')))
            throw value.CreateError(
                $"is \"{ApiException.Shorten(path)}\"; expected {expected}, without \"..\", doubled slashes and backslashes"
            );
        var slash = path.StartsWith('/') ? "/" : "";
        var end = path.EndsWith('/') ? "/" : "";
        var plain = string.Join('/', parts.Where(p => p.Length > 0 && p != "."));
        return plain.Length == 0 ? "" : slash + plain + end;
    }

    private static ImmutableDictionary<string, string> ReadArguments(RequestValue value)
    {
        var all = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, inner) in value.ReadMembers(ServiceLimits.Variables))
        {
            if (name.Length is 0 or > 255 || name.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c == '='))
                throw value.CreateError($"has the name \"{ApiException.Shorten(name)}\"; expected names without \"=\" and spaces");
            all[name] = inner.IsText ? inner.ReadText(MaxArgumentLength) : throw inner.CreateTypeError("text");
        }

        return all.ToImmutable();
    }

    private static ImmutableArray<string> ReadSubmodulePaths(RequestValue value) =>
        [.. value.ReadItems(MostPaths).Select(ReadSubmodulePath).Distinct()];

    private static string ReadSubmodulePath(RequestValue value)
    {
        const string Expected = "a host with the beginning of a path, such as \"github.com/acme-libs\"";
        if (!value.IsText)
            throw value.CreateTypeError(Expected);
        var text = value.ReadLine().Trim().TrimEnd('/');
        if (text.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            text = text["https://".Length..];
        return
            text.Length > 0
            && !text.AsSpan().ContainsAny('?', '#', '@')
            && !text.Contains("://", StringComparison.Ordinal)
            && RepositoryName.TryParse(
                $"https://{(text.EndsWith(".git", StringComparison.OrdinalIgnoreCase) ? text[..^4] : text)}/x",
                out var name,
                out _
            )
            ? name.Key[..^"/x".Length]
            : throw value.CreateError($"is \"{ApiException.Shorten(text)}\"; expected {Expected}");
    }

    private static ImmutableArray<string> ReadBuildRegistries(RequestValue value)
    {
        var all = new List<string>();
        foreach (var item in value.ReadItems(MostPaths))
        {
            const string Expected =
                "a registry's host such as \"registry.acme.com\", or a host with the beginning of a path such as \"docker.io/acme\"";
            if (!item.IsText)
                throw item.CreateTypeError(Expected);
            var text = item.ReadLine().Trim().TrimEnd('/');
            if (
                !ImageName.TryParse($"{text}/x/y", out var name, out _)
                || !name.ToString().EndsWith("x/y:latest", StringComparison.Ordinal)
                || !text.Split('/')[0].Equals(name.Host, StringComparison.OrdinalIgnoreCase)
            )
                throw item.CreateError($"is \"{ApiException.Shorten(text)}\"; expected {Expected}");
            var path = name.Path[..^"x/y".Length].TrimEnd('/');
            if (all.Any(other => other.Split('/')[0] == name.Host))
                throw item.CreateError(
                    $"is \"{ApiException.Shorten(text)}\", and the host {name.Host} is there already; expected each host once, "
                        + "since a build has one account for each"
                );
            all.Add(path.Length == 0 ? name.Host : $"{name.Host}/{path}");
        }

        return [.. all];
    }

    public sealed class Request
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
