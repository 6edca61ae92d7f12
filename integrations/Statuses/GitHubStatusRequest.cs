using System.Text.Json.Nodes;
using AutoDeploy.Deployments;
using AutoDeploy.Organizations;
using AutoDeploy.Statuses;

namespace AutoDeploy.Integrations.Statuses;

/// <summary>GitHub and GitHub Enterprise: https://docs.github.com/rest/commits/statuses</summary>
internal static class GitHubStatusRequest
{
    private const int MaxDescriptionLength = 140,
        MaxContextLength = 255;

    public static CommitStatusRequest? CreateRequest(GitHost host, CommitStatus status)
    {
        var api = CommitStatusRequest.Api(
            host,
            host.Host is "github.com" or "www.github.com" ? "https://api.github.com" : $"https://{host.Host}/api/v3",
            ""
        );
        if (CommitStatusRequest.OwnerAndName(status.Repository) is not { } repository)
            return null;
        var url = new Uri($"{api}/repos/{repository}/statuses/{status.Commit}");
        return new CommitStatusRequest(
            url,
            ("Authorization", $"Bearer {host.Credential.Password}"),
            Body(status, MaxContextLength, MaxDescriptionLength)
        )
        {
            Accept = "application/vnd.github+json",
        };
    }

    /// <summary>What Gitea and Forgejo took over from it, too.</summary>
    /// <param name="status">What is told.</param>
    /// <param name="longestContext">In characters.</param>
    /// <param name="longestDescription">In characters.</param>
    public static JsonObject Body(CommitStatus status, int longestContext, int longestDescription)
    {
        var body = new JsonObject
        {
            ["state"] = status.State switch
            {
                DeploymentState.Success => "success",
                DeploymentState.Failed => "failure",
                DeploymentState.Canceled => "error",
                _ => "pending",
            },
            ["context"] = CommitStatusRequest.TruncateName(status.Name, longestContext),
            ["description"] = CommitStatusRequest.Truncate(status.Description, longestDescription),
        };
        if (status.Link is { } link)
            body["target_url"] = link.AbsoluteUri;
        return body;
    }
}
