using AutoDeploy.Deployments;

namespace AutoDeploy.Services;

/// <summary>Goes back to a version that was proven before, by its digest.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.RollbackCommand")]
public sealed record RollbackCommand : OperationCommand
{
    /// <summary>
    /// As the person names the version: the uuid of a deployment that proved it, or its digest; null: <see cref="Version"/>.
    /// </summary>
    [Id(10)]
    public string? To { get; init; }

    /// <summary>The version to go to; null: the last one before the one that runs.</summary>
    [Id(11)]
    public ServiceVersion? Version { get; init; }

    public override Operation Operation => Operation.Redeploy;

    public override string? FindObjection(Service service) =>
        Version is { } version ? (version.Digest == service.Current?.Digest ? $"{version} is what runs already." : null)
        : RollbackTargets.FindPrevious(service) is null ? "There is no version before this one that could be gone back to."
        : null;

    public override bool MayBringNewVersion(Service service) => true;

    public override Deployment ApplyTo(Deployment deployment, Service service)
    {
        var version = Version ?? RollbackTargets.FindPrevious(service);
        return new DeploymentTarget { Version = version }.ApplyTo(deployment, service) with { RollbackTime = version?.Time };
    }
}
