using AutoDeploy.Deployments;
using AutoDeploy.Sources;

namespace AutoDeploy.Services;

/// <summary>What a deployment goes for; with nothing set the service's own tag, or the head of its branch.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.DeploymentTarget")]
public sealed record DeploymentTarget
{
    public static readonly DeploymentTarget Newest = new();

    /// <summary>The very version, by its digest: nothing is looked up.</summary>
    [Id(0)]
    public ServiceVersion? Version { get; init; }

    /// <summary>With a git source: the commit of the branch; null: the branch's head.</summary>
    [Id(1)]
    public string? Commit { get; init; }

    /// <summary>With an image: the tag; null: its own.</summary>
    [Id(2)]
    public string? Tag { get; init; }

    /// <summary>What a deployment went for, as far as that was known when it ended.</summary>
    public static DeploymentTarget Of(Deployment deployment)
    {
        var image = deployment.Image is { } text ? ImageName.Parse(text) : null;
        return new DeploymentTarget
        {
            Commit = deployment.Commit,
            Tag = deployment.Commit is null ? image?.Tag : null,
            Version =
                image is null || deployment.Digest is null
                    ? null
                    : new ServiceVersion
                    {
                        Image = image with { Digest = null },
                        Digest = deployment.Digest,
                        Commit = deployment.Commit,
                        Time = deployment.RollbackTime,
                    },
        };
    }

    public Deployment ApplyTo(Deployment deployment, Service service) =>
        Version is { } version
            ? deployment with
            {
                Image = version.Image.ToString(),
                Digest = version.Digest,
                Commit = version.Commit,
            }
            : deployment with
            {
                Commit = Commit,
                Image = Tag is null ? deployment.Image : (service.Image with { Tag = Tag, Digest = null }).ToString(),
            };
}
