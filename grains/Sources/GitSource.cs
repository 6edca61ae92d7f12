using System.Collections.Immutable;

namespace AutoDeploy.Sources;

/// <summary>A git repository with a branch, and how an image is built from it.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.GitSource")]
public sealed record GitSource
{
    /// <summary>As <see cref="RepositoryName.Url"/>: without credentials.</summary>
    [Id(0)]
    public required string Url { get; init; }

    /// <summary>Without <c>refs/heads/</c>.</summary>
    [Id(1)]
    public required string Branch { get; init; }

    /// <summary>The directory that is built, from the repository's root, without slashes at its ends; empty: the root.</summary>
    [Id(2)]
    public string RootPath { get; init; } = "";

    /// <summary>
    /// Where the Dockerfile is: looked for under <see cref="RootPath"/>, then from the repository's root; with a leading slash only there.
    /// </summary>
    [Id(3)]
    public string DockerfilePath { get; init; } = "Dockerfile";

    [Id(4)]
    public ImmutableDictionary<string, string> BuildArguments { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The stage of the Dockerfile to build; empty: the last.</summary>
    [Id(5)]
    public string Target { get; init; } = "";

    /// <summary>Submodules are fetched and built in; otherwise their directories are empty.</summary>
    [Id(6)]
    public bool Submodules { get; init; }

    /// <summary>
    /// What submodules may come from beside the repositories of the same owner: canonical <c>host/path</c>, or beginnings of it.
    /// </summary>
    [Id(7)]
    public ImmutableArray<string> SubmodulePaths { get; init; } = [];

    /// <summary>
    /// Registries, as <c>host</c> or <c>host/path</c>, whose credentials a build gets to pull the images that it begins with; beside them,
    /// those for
    /// the service's own image.
    /// </summary>
    [Id(8)]
    public ImmutableArray<string> BuildRegistries { get; init; } = [];

    public RepositoryName Repository => RepositoryName.Parse(Url);

    public string Ref => GitRefs.Heads + Branch;
}
