using AutoDeploy.Organizations;
using AutoDeploy.Statuses;

namespace AutoDeploy.Integrations.Statuses;

/// <summary>Gitea and Forgejo: https://docs.gitea.com/api/ (repoCreateStatus)</summary>
internal static class GiteaStatusRequest
{
    /// <summary>Gitea has no limits; use those of the other hosts.</summary>
    private const int MaxLength = 255;

    public static CommitStatusRequest? CreateRequest(GitHost host, CommitStatus status)
    {
        var api = CommitStatusRequest.Api(host, $"https://{host.Host}", "/api/v1");
        return CommitStatusRequest.OwnerAndName(status.Repository) is { } repository
            ? new CommitStatusRequest(
                new Uri($"{api}/repos/{repository}/statuses/{status.Commit}"),
                ("Authorization", $"token {host.Credential.Password}"),
                GitHubStatusRequest.Body(status, MaxLength, MaxLength)
            )
            : null;
    }
}
