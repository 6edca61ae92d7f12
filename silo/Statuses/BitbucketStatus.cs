using System.Text;
using System.Text.Json.Nodes;
using AutoDeploy.Deployments;
using AutoDeploy.Organizations;
using AutoDeploy.Statuses;

namespace AutoDeploy.Silo.Statuses;

/// <summary>Bitbucket Cloud: https://developer.atlassian.com/cloud/bitbucket/rest/api-group-commit-statuses/</summary>
internal static class BitbucketStatus
{
    private const int LongestKey = 40, Longest = 255;

    public static StatusForm? Of(GitHost host, CommitStatus status)
    {
        var api = StatusForm.Api(host, "https://api.bitbucket.org", "/2.0");
        return StatusForm.OwnerAndName(status.Repository) is { } repository
            ? new StatusForm(
                new Uri($"{api}/repositories/{repository}/commit/{status.Commit}/statuses/build"), ("Authorization", Authorization(host)), Body(status, repository))
            : null;
    }

    /// <summary>An access token has no user, or for git this one; with another it is that user's password.</summary>
    private static string Authorization(GitHost host) => host.Credential.Username is "" or "x-token-auth"
        ? $"Bearer {host.Credential.Password}"
        : $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{host.Credential.Username}:{host.Credential.Password}"))}";

    private static JsonObject Body(CommitStatus status, string repository) => new()
    {
        ["key"] = StatusForm.CutName(status.Name, LongestKey),
        ["name"] = StatusForm.CutName(status.Name, Longest),
        ["state"] = status.State switch
        {
            DeploymentState.Success => "SUCCESSFUL",
            DeploymentState.Failed => "FAILED",
            DeploymentState.Canceled => "STOPPED",
            _ => "INPROGRESS",
        },
        ["description"] = StatusForm.Cut(status.Description, Longest),
        // it does not do without one, and a host without a dot it does not take for a host
        ["url"] = status.Link is { } link && link.Host.Contains('.') ? link.AbsoluteUri : $"https://bitbucket.org/{repository}/commits/{status.Commit}",
    };
}
