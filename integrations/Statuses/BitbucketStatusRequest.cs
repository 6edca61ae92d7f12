using System.Text;
using System.Text.Json.Nodes;
using AutoDeploy.Deployments;
using AutoDeploy.Organizations;
using AutoDeploy.Statuses;

namespace AutoDeploy.Integrations.Statuses;

/// <summary>Bitbucket Cloud: https://developer.atlassian.com/cloud/bitbucket/rest/api-group-commit-statuses/</summary>
internal static class BitbucketStatusRequest
{
    private const int MaxKeyLength = 40,
        MaxLength = 255;

    public static CommitStatusRequest? CreateRequest(GitHost host, CommitStatus status)
    {
        var api = CommitStatusRequest.Api(host, "https://api.bitbucket.org", "/2.0");
        return CommitStatusRequest.OwnerAndName(status.Repository) is { } repository
            ? new CommitStatusRequest(
                new Uri($"{api}/repositories/{repository}/commit/{status.Commit}/statuses/build"),
                ("Authorization", Authorization(host)),
                Body(status, repository)
            )
            : null;
    }

    /// <summary>An access token has no user, or for git this one; with another it is that user's password.</summary>
    private static string Authorization(GitHost host) =>
        host.Credential.Username is "" or "x-token-auth"
            ? $"Bearer {host.Credential.Password}"
            : $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{host.Credential.Username}:{host.Credential.Password}"))}";

    private static JsonObject Body(CommitStatus status, string repository) =>
        new()
        {
            ["key"] = CommitStatusRequest.TruncateName(status.Name, MaxKeyLength),
            ["name"] = CommitStatusRequest.TruncateName(status.Name, MaxLength),
            ["state"] = status.State switch
            {
                DeploymentState.Success => "SUCCESSFUL",
                DeploymentState.Failed => "FAILED",
                DeploymentState.Canceled => "STOPPED",
                _ => "INPROGRESS",
            },
            ["description"] = CommitStatusRequest.Truncate(status.Description, MaxLength),
            // Bitbucket requires a URL, and rejects a host without a dot
            ["url"] =
                status.Link is { } link && link.Host.Contains('.')
                    ? link.AbsoluteUri
                    : $"https://bitbucket.org/{repository}/commits/{status.Commit}",
        };
}
