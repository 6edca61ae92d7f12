using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Sources;
using AutoDeploy.Statuses;

namespace AutoDeploy.Integrations.Statuses;

/// <summary>Posts commit statuses to git hosts, in each host's format.</summary>
public sealed class CommitStatusSender(WebhookClient client, TimeProvider time) : IStatusSender
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task<DeliveryResult> Send(GitHost host, CommitStatus status, CancellationToken cancellationToken)
    {
        var form = host.CommitStatuses switch
        {
            GitHostKind.GitHub => GitHubStatusRequest.CreateRequest(host, status),
            GitHostKind.GitLab => GitLabStatusRequest.CreateRequest(host, status),
            GitHostKind.Gitea => GiteaStatusRequest.CreateRequest(host, status),
            _ => BitbucketStatusRequest.CreateRequest(host, status),
        };
        if (form is null)
            return Refused(status, "its URL has not the path of an owner's repository", null);
        if (!form.Authorization.Value.All(c => c is >= ' ' and <= '~'))
            return Refused(status, "the token has characters that cannot be sent", null);
        return await WebhookClient.RunWithTimeout(limited => Post(host, status, form, limited), cancellationToken);
    }

    private async Task<DeliveryResult> Post(
        GitHost host,
        CommitStatus status,
        CommitStatusRequest form,
        CancellationToken cancellationToken
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, form.Url);
        request.Headers.TryAddWithoutValidation(form.Authorization.Name, form.Authorization.Value);
        request.Headers.TryAddWithoutValidation("Accept", form.Accept);
        var body = JsonSerializer.SerializeToUtf8Bytes(form.Body, Json);
        return await client.Post(request, body, (response, result) => Judge(host, status, response, result), cancellationToken);
    }

    /// <summary>Decides whether a failed status is dropped (a permanent refusal) or retried.</summary>
    private DeliveryResult Judge(GitHost host, CommitStatus status, HttpResponseMessage response, DeliveryResult result)
    {
        // GitLab's answer to a duplicate status or one that a newer status superseded
        if (
            host.CommitStatuses == GitHostKind.GitLab
            && result.Status == 400
            && result.ResponseText.Contains("Cannot transition status", StringComparison.Ordinal)
        )
            return result with { IsDelivered = true, Error = null };

        // GitHub reports rate limits with 403, too
        var isSpent = Header(response, "X-RateLimit-Remaining") == "0";
        if (
            isSpent
            && result.RetryAfter is null
            && long.TryParse(Header(response, "X-RateLimit-Reset"), NumberStyles.None, CultureInfo.InvariantCulture, out var reset)
            && reset <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
        )
            result = result with { RetryAfter = DateTimeOffset.FromUnixTimeSeconds(reset) - time.GetUtcNow() };
        return result.Status switch
        {
            403 when isSpent || result.RetryAfter is not null => result,
            >= 300 and < 400 => Refused(status, "the answer was a redirect, which is not followed; the repository may have moved", result),
            401 => Refused(status, "the host does not take the token", result),
            403 => Refused(status, "the token may not set commit statuses", result),
            404 => Refused(status, "there is no such repository or commit, or the token may not see it", result),
            >= 400 and < 500 and not (408 or 409 or 425 or 429) => Refused(status, "the host does not take it", result),
            _ => result,
        };
    }

    private static DeliveryResult Refused(CommitStatus status, string why, DeliveryResult? result) =>
        (result ?? DeliveryResult.CreateFailure("")) with
        {
            IsFinal = true,
            Error =
                $"The status of commit {GitRefs.Shorten(status.Commit)} of {status.Repository.Key} was not "
                + $"set{(result?.Status is { } code ? $" ({code})" : "")}: {why}.",
        };

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
