using System.Text.Json.Nodes;
using AutoDeploy.Deployments;
using AutoDeploy.Organizations;
using AutoDeploy.Statuses;

namespace AutoDeploy.Integrations.Statuses;

/// <summary>GitLab: https://docs.gitlab.com/api/commits/#set-commit-pipeline-status</summary>
internal static class GitLabStatusRequest
{
    private const int MaxLength = 255;

    private const string Root = "/api/v4";

    public static CommitStatusRequest? CreateRequest(GitHost host, CommitStatus status)
    {
        var api = CommitStatusRequest.Api(host, $"https://{host.Host}", Root);
        var project = string.Join('/', Within(new Uri(api[..^Root.Length]), CommitStatusRequest.Path(status.Repository)));
        return new CommitStatusRequest(
            new Uri($"{api}/projects/{Uri.EscapeDataString(project)}/statuses/{status.Commit}"),
            ("PRIVATE-TOKEN", host.Credential.Password!),
            Body(status)
        );
    }

    /// <summary>A GitLab below a path of its host has that path before those of its projects.</summary>
    private static string[] Within(Uri place, string[] path)
    {
        var below = place.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return path.Length > below.Length && path.Take(below.Length).SequenceEqual(below, StringComparer.OrdinalIgnoreCase)
            ? path[below.Length..]
            : path;
    }

    private static JsonObject Body(CommitStatus status)
    {
        var body = new JsonObject
        {
            ["state"] = status.State switch
            {
                DeploymentState.Pending => "pending",
                DeploymentState.InProgress => "running",
                DeploymentState.Success => "success",
                DeploymentState.Failed => "failed",
                _ => "canceled",
            },
            ["name"] = CommitStatusRequest.TruncateName(status.Name, MaxLength),
            ["description"] = CommitStatusRequest.Truncate(status.Description, MaxLength),
        };
        if (status.Link is { AbsoluteUri.Length: <= MaxLength } link)
            body["target_url"] = link.AbsoluteUri;
        return body;
    }
}
