using AutoDeploy.Deployments;
using AutoDeploy.Ports;
using AutoDeploy.Sources;

namespace AutoDeploy.Services;

/// <summary>Finds the version that a person means to go back to: one that is kept, or one that a deployment on record has proven.</summary>
public static class RollbackVersionFinder
{
    private const string Expected =
        "expected the uuid of an action of this service that succeeded, or the digest of a version that it has run";

    /// <summary>So many deployments of one digest are looked through for one that proved it.</summary>
    private const int MaxListedDeployments = 100;

    private const int MaxQuotedLength = 80;

    /// <summary>The version, or null when the service has not run it.</summary>
    /// <param name="service">As it is now.</param>
    /// <param name="to">The uuid of one of its deployments, or a digest.</param>
    /// <param name="ledger">Has the deployments.</param>
    public static async Task<ServiceVersion?> Find(Service service, string to, ILedger ledger, CancellationToken cancellationToken)
    {
        if (Guid.TryParseExact(to, "D", out var deploymentId))
            return RollbackTargets.FindProvenBy(service, await ledger.FindDeployment(deploymentId, cancellationToken));
        if (RollbackTargets.FindKept(service, to) is { } kept)
            return kept;
        if (!ImageName.IsDigest(to))
            return null;
        var filter = new DeploymentFilter
        {
            ServiceId = service.Uuid,
            Digest = to,
            State = DeploymentState.Success,
        };
        var deployments = await ledger.ListDeployments(filter, MaxListedDeployments, 0, cancellationToken);
        return deployments.Items.Select(one => RollbackTargets.FindProvenBy(service, one)).FirstOrDefault(found => found is not null);
    }

    /// <summary>Why there is no such version, and what is expected instead.</summary>
    public static string Describe(string to)
    {
        var quoted = to.Length <= MaxQuotedLength ? to : string.Concat(to.AsSpan(0, MaxQuotedLength), "…");
        return $"`to` is \"{quoted}\"; {Expected}.";
    }
}
