using System.Security.Cryptography;
using System.Text;
using AutoDeploy.Organizations;

namespace AutoDeploy.Api.Hooks;

/// <summary>GitLab: the hooks of projects and groups, and the system hooks of an instance.</summary>
public sealed class GitLabSender : ISender
{
    private const string TokenHeader = "X-Gitlab-Token";

    /// <summary>What a signing token begins with; the key in base64 follows.</summary>
    private const string SigningToken = "whsec_";

    private static readonly string[] SignedId = ["webhook-id"];

    private const string SignatureVersion = "v1,";

    private const string Expected =
        "expected GitLab's push event, {\"ref\": …, \"after\": …, \"project\": {\"git_http_url\": …}}; "
        + "a custom webhook template has to keep these members";

    public string Name => "gitlab";

    public bool SendsSecret => true;

    public bool SignsOnly => false;

    public string Description =>
        "gitlab: GitLab's push events and system hooks, `{\"ref\", \"after\", \"project\": {\"git_http_url\"}}`, told from "
        + "others by `X-Gitlab-Event`, "
        + $"or `event_name` of a system hook. If the hook has a secret, `{TokenHeader}` has to carry it; if it is a signing token, "
        + "`whsec_…`, `webhook-signature` will do.";

    public IReadOnlyList<string> ContentTypes => ["application/json"];

    public string[] DeliveryHeaders { get; } = ["Idempotency-Key"];

    public bool Verify(Hook hook, IHeaderDictionary headers, ReadOnlyMemory<byte> body) =>
        hook.Secret is null || HookSecret.IsOneOf(headers[TokenHeader], hook.Secret) || IsSigned(headers, hook.Secret, body.Span);

    public HookReading Read(Hook hook, IHeaderDictionary headers, ReadOnlySpan<byte> json, DateTimeOffset received)
    {
        var name = headers.First("X-Gitlab-Event");
        if (name is not (null or "Push Hook" or "System Hook"))
            return HookReading.OtherEvent(name);

        if (name is not "Push Hook")
        {
            // read apart: in other events, members of the same name are of other types
            if (HookJson.Read(json, HookJson.Default.GitLabEvent, Expected, out var unreadable) is not { } told)
                return HookReading.Unreadable(unreadable!);
            if ((told.EventName ?? told.ObjectKind) is { } kind and not "push")
                return HookReading.OtherEvent(kind);
        }

        if (HookJson.Read(json, HookJson.Default.GitLabDelivery, Expected, out var error) is not { } delivery)
            return HookReading.Unreadable(error!);
        var pushes = new GitPushCollector(Expected);
        pushes.Add("ref", delivery.Ref, "after", delivery.After);
        var common = CommonPushFactory.Create(
            this,
            hook,
            DeliveryId.From(IdOf(hook, headers), json),
            delivery.UserUsername ?? delivery.UserName,
            received
        );
        return pushes.Read(
            common with
            {
                SkipAsked = delivery.SkipAsked,
            },
            GitPushCollector.Sources([.. delivery.Project?.Urls ?? [], .. delivery.Repository?.Urls ?? []]),
            $"`project` has no URL that we understand; {Expected}."
        );
    }

    /// <summary>Of what comes with a signature, the id that is signed; the other header could have been changed on the way.</summary>
    private string? IdOf(Hook hook, IHeaderDictionary headers) =>
        headers.First(hook.Secret is null || HookSecret.IsOneOf(headers[TokenHeader], hook.Secret) ? DeliveryHeaders : SignedId);

    private static bool IsSigned(IHeaderDictionary headers, string secret, ReadOnlySpan<byte> body)
    {
        if (
            !secret.StartsWith(SigningToken, StringComparison.Ordinal)
            || headers.First(SignedId) is not { } id
            || headers.First("webhook-timestamp") is not { } timestamp
        )
            return false;
        var key = new byte[secret.Length];
        // an empty key would let anybody sign
        if (!Convert.TryFromBase64Chars(secret.AsSpan(SigningToken.Length), key, out var length) || length == 0)
            return false;

        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        using (var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key.AsSpan(0, length)))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
            hash.AppendData(body);
            hash.GetHashAndReset(expected);
        }

        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var found = false;
        foreach (var value in headers["webhook-signature"])
        foreach (var signature in value?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [])
            found |=
                signature.StartsWith(SignatureVersion, StringComparison.Ordinal)
                && Convert.TryFromBase64Chars(signature.AsSpan(SignatureVersion.Length), given, out var written)
                && written == given.Length
                && CryptographicOperations.FixedTimeEquals(given, expected);
        return found;
    }
}
