using System.Globalization;
using AutoDeploy.Deployments;
using AutoDeploy.Events;
using AutoDeploy.Organizations;
using AutoDeploy.Sources;

namespace AutoDeploy.Statuses;

/// <summary>Makes commit statuses of events.</summary>
public static class CommitStatusMapper
{
    /// <summary>What the event is to the host of the commit that is deployed; null: nothing.</summary>
    /// <param name="ledgerEvent">Of whatever kind.</param>
    /// <param name="publicUrl">How people reach the API, without a slash at the end; null: not known.</param>
    public static CommitStatus? From(LedgerEvent ledgerEvent, string? publicUrl)
    {
        // besides another state: the commit can become known when the deployment goes on already
        if (
            ledgerEvent.Deployment is not { Operation: Operation.Redeploy or Operation.Start, Commit: { } commit } deployment
            || !(ledgerEvent.NewState || deployment is { State: DeploymentState.InProgress, Step: DeploymentStep.Resolve })
            || !RepositoryName.TryParse(deployment.Repository, out var repository, out _)
        )
            return null;
        return new CommitStatus
        {
            Repository = repository,
            Commit = commit,
            Name = $"autodeploy/{ledgerEvent.ServiceName}",
            State = deployment.State,
            Description = Describe(deployment),
            Link = publicUrl is null ? null : new Uri($"{publicUrl}/api/audit/v1/action/{deployment.Uuid:D}/"),
        };
    }

    /// <summary>Who of the git hosts with commit statuses is told of that repository; null: nobody.</summary>
    public static GitHost? FindHost(RepositoryName repository, IReadOnlyList<GitHost> hosts)
    {
        var port =
            repository.Port
            ?? (
                repository.Scheme == "http" ? 80
                : repository.Scheme == "https" ? 443
                : null
            );
        return Named(string.Create(CultureInfo.InvariantCulture, $"{repository.Host}:{port}"))
            ?? Named(repository.Host)
            ?? Named(repository.Key[..repository.Key.IndexOf('/')]);

        GitHost? Named(string name) =>
            PathPrefix.Longest(
                hosts.Where(host =>
                    host.CommitStatuses is not null
                    && host.Credential.Password is not null
                    && host.Host.Equals(name, StringComparison.OrdinalIgnoreCase)
                ),
                host => host.Credential.Path,
                repository.Path
            );
    }

    private static string Describe(Deployment deployment) =>
        deployment.State switch
        {
            DeploymentState.Pending => "Waits to be deployed.",
            DeploymentState.InProgress => "Is being deployed.",
            _ when Shorten(deployment.Result) is { Length: > 0 } result => result + ".",
            DeploymentState.Success => "Was deployed.",
            DeploymentState.Failed => "Was not deployed.",
            _ => "Was canceled.",
        };

    /// <summary>Without what follows a colon: that can be what a container said, and everybody may be able to read the status.</summary>
    private static string Shorten(string result)
    {
        var line = result.Split('\n', 2)[0];
        var colon = line.IndexOf(": ", StringComparison.Ordinal);
        return (colon < 0 ? line : line[..colon]).Trim().TrimEnd('.', ':');
    }
}
