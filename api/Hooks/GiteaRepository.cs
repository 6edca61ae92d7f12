namespace AutoDeploy.Api.Hooks;

/// <summary>Its <c>url</c> is the API's, and its <c>original_url</c> that of the repository that it mirrors.</summary>
internal sealed record GiteaRepository(string? HtmlUrl, string? CloneUrl, string? SshUrl)
{
    public List<string> Sources => GitPushCollector.Sources(HtmlUrl, CloneUrl, SshUrl);
}
