using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using AutoDeploy.Organizations;
using AutoDeploy.Ports;
using AutoDeploy.Sources;
using AutoDeploy.Statuses;

namespace AutoDeploy.Silo.Statuses;

/// <summary>Posts commit statuses to git hosts, each in its host's way.</summary>
public sealed class StatusSender(Poster poster, TimeProvider time) : IStatusSender
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public async Task<Receipt> Send(GitHost host, CommitStatus status, CancellationToken cancellationToken)
    {
        var form = host.CommitStatuses switch
        {
            GitHostKind.GitHub => GitHubStatus.Of(host, status),
            GitHostKind.GitLab => GitLabStatus.Of(host, status),
            GitHostKind.Gitea => GiteaStatus.Of(host, status),
            _ => BitbucketStatus.Of(host, status),
        };
        if (form is null)
            return Refused(status, "its URL has not the path of an owner's repository", null);
        if (!form.Authorization.Value.All(c => c is >= ' ' and <= '~'))
            return Refused(status, "the token has characters that cannot be sent", null);
        return await Poster.Within(limited => Post(host, status, form, limited), cancellationToken);
    }

    private async Task<Receipt> Post(GitHost host, CommitStatus status, StatusForm form, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, form.Url);
        request.Headers.TryAddWithoutValidation(form.Authorization.Name, form.Authorization.Value);
        request.Headers.TryAddWithoutValidation("Accept", form.Accept);
        var body = JsonSerializer.SerializeToUtf8Bytes(form.Body, Json);
        return await poster.Post(request, body, (response, receipt) => Judge(host, status, response, receipt), cancellationToken);
    }

    /// <summary>What is refused for good holds up nothing; what may pass is tried again.</summary>
    private Receipt Judge(GitHost host, CommitStatus status, HttpResponseMessage response, Receipt receipt)
    {
        // GitLab's answer to a status that it has already, or that something newer has overtaken
        if (host.CommitStatuses == GitHostKind.GitLab && receipt.Status == 400 && receipt.Answer.Contains("Cannot transition status", StringComparison.Ordinal))
            return receipt with { Delivered = true, Error = null };

        // GitHub says with 403, too, that it has had enough for now
        var isSpent = Header(response, "X-RateLimit-Remaining") == "0";
        if (isSpent && receipt.RetryAfter is null && long.TryParse(Header(response, "X-RateLimit-Reset"), NumberStyles.None, CultureInfo.InvariantCulture, out var reset)
            && reset <= DateTimeOffset.MaxValue.ToUnixTimeSeconds())
            receipt = receipt with { RetryAfter = DateTimeOffset.FromUnixTimeSeconds(reset) - time.GetUtcNow() };
        return receipt.Status switch
        {
            403 when isSpent || receipt.RetryAfter is not null => receipt,
            >= 300 and < 400 => Refused(status, "the answer was a redirect, which is not followed; the repository may have moved", receipt),
            401 => Refused(status, "the host does not take the token", receipt),
            403 => Refused(status, "the token may not set commit statuses", receipt),
            404 => Refused(status, "there is no such repository or commit, or the token may not see it", receipt),
            >= 400 and < 500 and not (408 or 409 or 425 or 429) => Refused(status, "the host does not take it", receipt),
            _ => receipt,
        };
    }

    private static Receipt Refused(CommitStatus status, string why, Receipt? receipt) => (receipt ?? Receipt.Failed("")) with
    {
        IsFinal = true,
        Error = $"The status of commit {Refs.Short(status.Commit)} of {status.Repository.Key} was not set{(receipt?.Status is { } code ? $" ({code})" : "")}: {why}.",
    };

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
