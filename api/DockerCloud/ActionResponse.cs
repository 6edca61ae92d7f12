using AutoDeploy.Api.Http;
using AutoDeploy.Deployments;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>One attempt to bring a service to a version, or to start, stop, scale or terminate it.</summary>
public sealed record ActionResponse
{
    public required Guid Uuid { get; init; }

    public required string ResourceUri { get; init; }

    /// <summary>Such as "Service Redeploy".</summary>
    public required string Action { get; init; }

    /// <summary>Pending, In progress, Success, Failed or Canceled.</summary>
    public required string State { get; init; }

    /// <summary>The resource uri of the service.</summary>
    public required string Object { get; init; }

    /// <summary>The resource uri of the service.</summary>
    public required string Service { get; init; }

    public required string Created { get; init; }

    /// <summary>While it waits: when it was asked for.</summary>
    public required string StartDate { get; init; }

    public required string? EndDate { get; init; }

    /// <summary>How it ended, in a sentence; empty until then.</summary>
    public required string Result { get; init; }

    /// <summary>How far it came, in a word.</summary>
    public required string Step { get; init; }

    /// <summary>The image that it goes for; null: the service's own.</summary>
    public required string? Image { get; init; }

    /// <summary>What the image's tag meant at the registry, or the id of the built image; null until that is known.</summary>
    public required string? Digest { get; init; }

    /// <summary>The commit that it goes for; null for an image, and until the branch's head is known.</summary>
    public required string? Commit { get; init; }

    public required CauseResponse Cause { get; init; }

    public required string User { get; init; }

    public required string Ip { get; init; }

    /// <summary>Always empty.</summary>
    public string Location { get; init; } = "";

    public required string Method { get; init; }

    public required string Path { get; init; }

    public required string UserAgent { get; init; }

    /// <summary>False: a push began it, or the engine's return.</summary>
    public required bool IsUserAction { get; init; }

    /// <summary>Which one in the line for a turn on the engine, 1 is the next; null: it does not wait there.</summary>
    public int? WaitingPlace { get; init; }

    /// <summary>How far it is, in numbers, while it goes on; in lists always null.</summary>
    public DeploymentProgress? Progress { get; init; }

    public required bool CanBeCanceled { get; init; }

    public required bool CanBeRetried { get; init; }

    /// <summary>Who asked that it be canceled; null: nobody.</summary>
    public required string? CancelAskedBy { get; init; }

    /// <summary>The new version served, did not keep well, and the one before came back.</summary>
    public required bool RolledBack { get; init; }

    /// <summary>A person went back to an earlier version.</summary>
    public required bool IsRollback { get; init; }

    public static string StateText(DeploymentState state) => state == DeploymentState.InProgress ? "In progress" : state.ToString();

    public static ActionResponse From(Deployment deployment)
    {
        var cause = deployment.Cause;
        var service = ResourceUris.For(ResourceUris.Service, deployment.ServiceId);
        return new ActionResponse
        {
            Uuid = deployment.Uuid,
            ResourceUri = ResourceUris.For(ResourceUris.Action, deployment.Uuid),
            Action = $"Service {deployment.Operation}",
            State = StateText(deployment.State),
            Object = service,
            Service = service,
            Created = ApiDates.Format(deployment.Created),
            StartDate = ApiDates.Format(deployment.Started ?? deployment.Created),
            EndDate = ApiDates.Format(deployment.Ended),
            Result = deployment.Result,
            Step = deployment.Step.GetName(),
            Image = deployment.Image,
            Digest = deployment.Digest,
            Commit = deployment.Commit,
            Cause = new CauseResponse(cause.Kind.ToString().ToLowerInvariant(), cause.Text, cause.PushId),
            User = cause.User,
            Ip = cause.Ip,
            Method = cause.Method,
            Path = cause.Path,
            UserAgent = cause.UserAgent,
            IsUserAction = cause.Kind is CauseKind.Person or CauseKind.Trigger,
            CanBeCanceled = deployment.CanBeCanceled,
            CanBeRetried = deployment.CanBeRetried,
            CancelAskedBy = deployment.CancelRequestedBy,
            RolledBack = deployment.RolledBack,
            IsRollback = deployment.RollbackTime is not null,
        };
    }
}
