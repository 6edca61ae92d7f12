using AutoDeploy.Api.Http;
using AutoDeploy.Ports;
using AutoDeploy.Services;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>What one push means for one service.</summary>
/// <param name="Verdict">deploy, skip or held.</param>
/// <param name="Reason">In a word.</param>
/// <param name="Detail">In a sentence.</param>
/// <param name="Action">The resource uri of the action that it led to.</param>
/// <param name="ActionState">What has come of that action so far: Pending, In progress, Success, Failed or Canceled; null when there is
/// none.</param>
/// <param name="ActionResult">How the action ended, in a sentence; also that there was nothing to do.</param>
/// <param name="HeldUntil">When a held push is judged again; null: not at a certain time.</param>
/// <param name="ApprovedBy">The person who approved it.</param>
public sealed record VerdictResponse(
    Guid Uuid,
    string ResourceUri,
    PushResponse Push,
    string Verdict,
    string Reason,
    string Detail,
    string? Action,
    string? ActionState,
    string? ActionResult,
    string ReceivedDatetime,
    string? HeldUntil,
    string? ApprovedBy,
    string? ApprovedDatetime
)
{
    public static VerdictResponse From(VerdictWithPush row) =>
        new(
            row.Verdict.Uuid,
            ResourceUris.ForVerdict(row.Verdict.ServiceId, row.Verdict.Uuid),
            PushResponse.From(row.Verdict.PushId, row.Push),
            row.Verdict.Kind switch
            {
                VerdictKind.Deploy => "deploy",
                VerdictKind.Held => "held",
                _ => "skip",
            },
            row.Verdict.Reason,
            row.Verdict.Detail,
            row.Verdict.DeploymentId is { } deploymentId ? ResourceUris.For(ResourceUris.Action, deploymentId) : null,
            row.Outcome is { } outcome ? ActionResponse.StateText(outcome.State) : null,
            row.Outcome is { Result.Length: > 0 } ended ? ended.Result : null,
            ApiDates.Format(row.Verdict.Received),
            ApiDates.Format(row.Verdict.HeldUntil),
            row.Verdict.ApprovedBy,
            ApiDates.Format(row.Verdict.Approved)
        );
}
