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
            ? new StatusForm(new Uri($"{api}/repos/{repository}/statuses/{status.Commit}"), ("Authorization", $"token {host.Credential.Password}"), GitHubStatus.Body(status, Longest, Longest))
            : null;
    }
}
