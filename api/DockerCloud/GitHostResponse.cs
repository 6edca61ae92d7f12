using AutoDeploy.Api.Http;
using AutoDeploy.Events;
using AutoDeploy.Organizations;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>Credentials for one git host, without the secrets, and how it goes with its commit statuses.</summary>
/// <param name="CommitStatuses">In whose way they are told: github, gitlab, gitea or bitbucket; null: they are not.</param>
/// <param name="ApiUrl">Null: where hosts of that kind have it.</param>
/// <param name="LastError">Why the last status was not set; null when it was.</param>
/// <param name="FailedAttempts">So many attempts in a row have failed.</param>
/// <param name="GivenUp">So many statuses were refused for good or could not be told for a day.</param>
/// <param name="DeliveredDatetime">When the last status was set.</param>
/// <param name="NextAttemptDatetime">When it is tried again; null when nothing has failed.</param>
public sealed record GitHostResponse(
    Guid Uuid,
    string ResourceUri,
    string Host,
    string? Path,
    string Scheme,
    string Username,
    bool HasPassword,
    bool HasSshPrivateKey,
    string KnownHosts,
    string? CommitStatuses,
    string? ApiUrl,
    string? LastError,
    int FailedAttempts,
    long GivenUp,
    string? DeliveredDatetime,
    string? NextAttemptDatetime,
    string CreatedDatetime
)
{
    public static GitHostResponse From(GitHost host, EventCursor? cursor) =>
        new(
            host.Uuid,
            ResourceUris.For(ResourceUris.GitHost, host.Uuid),
            host.Host,
            host.Credential.Path.Length == 0 ? null : host.Credential.Path,
            host.Credential.Scheme,
            host.Credential.Username,
            host.Credential.Password is not null,
            host.Credential.PrivateKey is not null,
            host.Credential.KnownHosts,
            host.CommitStatuses is { } kind ? GitHostBinding.Text(kind) : null,
            host.ApiUrl?.AbsoluteUri.TrimEnd('/'),
            cursor?.LastError,
            cursor?.Attempts ?? 0,
            cursor?.GivenUp ?? 0,
            ApiDates.Format(cursor?.Delivered),
            ApiDates.Format(cursor?.Due),
            ApiDates.Format(host.Created)
        );
}
