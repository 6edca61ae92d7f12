namespace AutoDeploy.Api.Hooks;

internal sealed record GitLabProject(
    string? WebUrl,
    string? Homepage,
    string? GitHttpUrl,
    string? HttpUrl,
    string? GitSshUrl,
    string? SshUrl,
    string? Url
)
{
    public IEnumerable<string?> Urls => [WebUrl, Homepage, GitHttpUrl, HttpUrl, GitSshUrl, SshUrl, Url];
}
