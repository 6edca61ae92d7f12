namespace AutoDeploy.Api.Hooks;

/// <param name="Url">The API's in some events; in that of a push the same as <paramref name="HtmlUrl"/>.</param>
internal sealed record GitHubRepository(string? HtmlUrl, string? CloneUrl, string? SshUrl, string? GitUrl, string? SvnUrl, string? Url)
{
    public List<string> Sources =>
        GitPushCollector.Sources(HtmlUrl, CloneUrl, SshUrl, GitUrl, SvnUrl) is { Count: > 0 } found ? found : GitPushCollector.Sources(Url);
}
