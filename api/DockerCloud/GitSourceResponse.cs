using AutoDeploy.Sources;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>The repository, branch and Dockerfile that a service's images are built from.</summary>
/// <param name="RootPath">From the repository's root, with a leading slash.</param>
public sealed record GitSourceResponse(
    string Url,
    string Branch,
    string RootPath,
    string DockerfilePath,
    IReadOnlyDictionary<string, string> BuildArgs,
    string? Target,
    bool Submodules,
    IReadOnlyList<string> SubmodulePaths,
    IReadOnlyList<string> BuildRegistries
)
{
    public static GitSourceResponse? From(GitSource? source) =>
        source is null
            ? null
            : new GitSourceResponse(
                source.Url,
                source.Branch,
                "/" + source.RootPath,
                source.DockerfilePath,
                source.BuildArguments,
                source.Target.Length == 0 ? null : source.Target,
                source.Submodules,
                source.SubmodulePaths,
                source.BuildRegistries
            );
}
