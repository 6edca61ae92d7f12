using System.Text.Json.Serialization;
using AutoDeploy.Engines;

namespace AutoDeploy.Deployments;

/// <summary>
/// One attempt to bring a service to a version, or to start, stop, scale or terminate it. The Docker Cloud API calls it an action.
/// </summary>
[GenerateSerializer, Immutable, Alias("AutoDeploy.Deployment")]
public sealed record Deployment
{
    [Id(0)]
    public required Guid Uuid { get; init; }

    [Id(1), JsonPropertyName("Service")]
    public required Guid ServiceId { get; init; }

    [Id(2)]
    public required Operation Operation { get; init; }

    [Id(3)]
    public required DeploymentState State { get; init; }

    [Id(4)]
    public required DeploymentCause Cause { get; init; }

    /// <summary>
    /// The image with the tag that it goes for, and until it begins with the digest that the push told; null: the service's own image as
    /// set when it begins.
    /// </summary>
    [Id(5)]
    public string? Image { get; init; }

    /// <summary>What the tag meant at the registry when the deployment began, or the id of the built image; null until then.</summary>
    [Id(6)]
    public string? Digest { get; init; }

    /// <summary>Where it stands in the pipeline: for people, and for resuming it after a crash.</summary>
    [Id(24), JsonConverter(typeof(DeploymentStepJsonConverter))]
    public DeploymentStep Step { get; init; }

    /// <summary>Whether the volumes of the containers before are used again.</summary>
    [Id(8)]
    public bool ReuseVolumes { get; init; } = true;

    /// <summary>How it ended, in a sentence; empty until then.</summary>
    [Id(9)]
    public string Result { get; init; } = "";

    [Id(10)]
    public required DateTimeOffset Created { get; init; }

    [Id(11)]
    public DateTimeOffset? Started { get; init; }

    [Id(12)]
    public DateTimeOffset? Ended { get; init; }

    /// <summary>The commit that it goes for; null for an image, and while the branch's head has not been looked up.</summary>
    [Id(13)]
    public string? Commit { get; init; }

    /// <summary>What a trigger's call brought for the new containers. Stored encrypted.</summary>
    [Id(14)]
    public string? Body { get; init; }

    /// <summary>
    /// The person who asked that it be canceled; written by itself, see <see cref="Ports.IDeploymentStore.RequestCancel"/>.
    /// </summary>
    [Id(15), JsonPropertyName("CancelAsked")]
    public string? CancelRequestedBy { get; init; }

    /// <summary>When the new containers had taken over and the old ones were stopped, for a version that has to bake.</summary>
    [Id(16), JsonPropertyName("Switched")]
    public DateTimeOffset? SwitchedAt { get; init; }

    /// <summary>The new version served and was taken back, because it did not keep well.</summary>
    [Id(17)]
    public bool RolledBack { get; init; }

    /// <summary>When the version that a person goes back to was first proven; null: it does not go back.</summary>
    [Id(18), JsonPropertyName("BackTo")]
    public DateTimeOffset? RollbackTime { get; init; }

    /// <summary>The URL of the repository that <see cref="Commit"/> is of; null for an image.</summary>
    [Id(19)]
    public string? Repository { get; init; }

    /// <summary>The name of the engine that it works on.</summary>
    [Id(20)]
    public string Engine { get; init; } = EngineNames.Local;

    /// <summary>How often somebody began it or went on with it, see <see cref="Ports.IDeploymentStore.Acquire"/>.</summary>
    [Id(21), JsonPropertyName("TakenUp")]
    public long LeaseEpoch { get; init; }

    /// <summary>How often it failed in a way that nobody expects and was tried again.</summary>
    [Id(22)]
    public int Failures { get; init; }

    /// <summary>How often a process that worked on it was gone without handing it over: killed, perhaps by what it worked on.</summary>
    [Id(23)]
    public int Lost { get; init; }

    /// <summary>
    /// It goes back only because another deployment of its deploy group failed: its version may be tried again by itself. Stored before
    /// anything is taken back.
    /// </summary>
    [Id(43)]
    public bool IsBlameless { get; init; }

    /// <summary>To terminate: whether the volumes go, too, at once.</summary>
    [Id(42)]
    public bool RemoveVolumes { get; init; }

    public bool CanBeCanceled =>
        !HasEnded
        && CancelRequestedBy is null
        && (
            State == DeploymentState.Pending
            || (Operation is not (Operation.Stop or Operation.Terminate) && Step != DeploymentStep.Compensating && !Step.IsPastReturn())
        );

    public bool CanBeRetried => State is DeploymentState.Failed or DeploymentState.Canceled;

    public bool HasEnded => State is DeploymentState.Success or DeploymentState.Failed or DeploymentState.Canceled;
}
