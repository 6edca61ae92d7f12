using System.Text.Json.Serialization;
using AutoDeploy.Deployments;
using AutoDeploy.Sources;

namespace AutoDeploy.Services;

/// <summary>What a person, or a trigger, asks of a service.</summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.Wish")]
public sealed record OperationCommand
{
    [Id(0)]
    public required Operation Operation { get; init; }

    /// <summary>Who asks.</summary>
    [Id(1)]
    public required DeploymentCause Cause { get; init; }

    /// <summary>Whether the volumes of the containers before are used again.</summary>
    [Id(2)]
    public bool ReuseVolumes { get; init; } = true;

    /// <summary>With a git source: the commit of the branch to go for; null: the branch's head.</summary>
    [Id(3)]
    public string? Commit { get; init; }

    /// <summary>With an image: the tag to go to; null: its own.</summary>
    [Id(4)]
    public string? Tag { get; init; }

    /// <summary>The version that runs, as it is: nothing is looked up.</summary>
    [Id(5)]
    public bool SameVersion { get; init; }

    /// <summary>Handed to the new containers as <c>DOCKERCLOUD_TRIGGER_BODY</c>.</summary>
    [Id(6)]
    public string? Body { get; init; }

    /// <summary>The very version to go to, by its digest; nothing is looked up.</summary>
    [Id(8)]
    public ServiceVersion? Version { get; init; }

    /// <summary>Goes back: to <see cref="Version"/>, or with null to the one before what runs.</summary>
    [Id(9), JsonPropertyName("Back")]
    public bool IsRollback { get; init; }

    /// <summary>Also in a freeze, and while a deployment window is closed; to terminate, also when the engine does not answer.</summary>
    [Id(30)]
    public bool Force { get; init; }

    /// <summary>So many containers more than now, for <see cref="Operation.Scale"/>.</summary>
    [Id(7), JsonPropertyName("More")]
    public int AdditionalContainers { get; init; }

    /// <summary>To terminate: the volumes go, too, at once.</summary>
    [Id(41)]
    public bool RemoveVolumes { get; init; }

    /// <summary>The same as a deployment that has ended, for the same version as far as that was known.</summary>
    public static OperationCommand RetryOf(Deployment deployment, DeploymentCause cause)
    {
        var image = deployment.Image is { } text ? ImageName.Parse(text) : null;
        return new OperationCommand
        {
            Operation = deployment.Operation,
            Cause = cause,
            ReuseVolumes = deployment.ReuseVolumes,
            RemoveVolumes = deployment.RemoveVolumes,
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
            IsRollback = deployment.RollbackTime is not null,
            Body = deployment.Body,
        };
    }
}
