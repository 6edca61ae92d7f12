using AutoDeploy.Api.Http;
using AutoDeploy.Services;

namespace AutoDeploy.Api.DockerCloud;

/// <param name="DeployedDatetime">When it was heard of.</param>
/// <param name="Reason">window, frozen or approval.</param>
/// <param name="Detail">In a sentence.</param>
/// <param name="HeldUntil">When it is judged again; null: not at a certain time.</param>
/// <param name="Verdict">The resource uri of the verdict on its push.</param>
public sealed record HeldVersionResponse(
    string Image,
    string? Tag,
    string? Digest,
    string? Commit,
    string? DeployedDatetime,
    string Reason,
    string Detail,
    string? HeldUntil,
    string Verdict
)
{
    public static HeldVersionResponse? From(HeldPush? held) =>
        held is null
            ? null
            : new HeldVersionResponse(
                held.Version.Image.ToString(),
                held.Version.Image.Tag,
                held.Version.Digest,
                held.Version.Commit,
                ApiDates.Format(held.Version.Time),
                held.Verdict.Reason,
                held.Verdict.Detail,
                ApiDates.Format(held.Verdict.HeldUntil),
                ResourceUris.ForVerdict(held.Verdict.ServiceId, held.Verdict.Uuid)
            );
}
