using System.Text.Json.Nodes;
using AutoDeploy.Deployments;
using AutoDeploy.Organizations;
using AutoDeploy.Statuses;

namespace AutoDeploy.Silo.Statuses;

/// <summary>Gitea and Forgejo: https://docs.gitea.com/api/ (repoCreateStatus)</summary>
internal static class GiteaStatus
{
    /// <summary>They set no limits; as many as others show.</summary>
    private const int Longest = 255;

    public static StatusForm? Of(GitHost host, CommitStatus status)
    {
        var api = StatusForm.Api(host, $"https://{host.Host}", "/api/v1");
        return StatusForm.OwnerAndName(status.Repository) is { } repository
            ? new StatusForm(new Uri($"{api}/repos/{repository}/statuses/{status.Commit}"), ("Authorization", $"token {host.Credential.Password}"), Body(status))
            : null;
    }

    private static JsonObject Body(CommitStatus status)
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
            ["context"] = StatusForm.CutName(status.Name, Longest),
            ["description"] = StatusForm.Cut(status.Description, Longest),
        };
        if (status.Link is { } link)
            body["target_url"] = link.AbsoluteUri;
        return body;
    }
}
