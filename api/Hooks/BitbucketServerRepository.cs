using AutoDeploy.Sources;

namespace AutoDeploy.Api.Hooks;

internal sealed record BitbucketServerRepository(string? Slug, BitbucketServerProject? Project, BitbucketServerLinks? Links)
{
    /// <summary>Where no link says the host, that of the path alone.</summary>
    public List<string> Sources =>
        GitPushCollector.Sources(Links?.ToClone?.Select(l => l?.Href) ?? []) is { Count: > 0 } found ? found
        : IsName(Slug) && IsName(Project?.Key) ? [RepositoryName.PathSource($"{Project!.Key}/{Slug}")]
        : [];

    // a project of a person is "~ida"
    private static bool IsName(string? text) =>
        text is { Length: > 0 and <= 255 } and not ("." or "..")
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '~');
}
