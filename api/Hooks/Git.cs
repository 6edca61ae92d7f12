using System.Text;
using AutoDeploy.Api.Http;
using AutoDeploy.Organizations;
using AutoDeploy.Sources;

namespace AutoDeploy.Api.Hooks;

/// <summary>Our own: what a repository's <c>post-receive</c> or any pipeline can say with curl.</summary>
public sealed class Git : ISender
{
    private const string KeyHeader = "Idempotency-Key";

    private const string Expected = "expected {\"repository\": \"https://git.acme.com/shop.git\", \"ref\": \"refs/heads/main\", \"after\": COMMIT}";

    public string Name => "git";

    public bool SendsSecret => true;

    public bool SignsOnly => false;

    public string Description => "git: our own, `{\"repository\": URL, \"ref\": \"refs/heads/main\" or \"main\", \"after\"?: commit, \"pusher\"?}`; without `after` the branch's head, with "
        + $"zeros a deleted branch. Calls with the same `{KeyHeader}` are one push; without it every call is a new one. If the hook has a secret, `{GitHub.SignatureHeader}` "
        + $"has to sign the body with it, or `Authorization` or `{HookSecret.Header}` to carry it.";

    public IReadOnlyList<string> ContentTypes => ["application/json"];

    public string[] DeliveryHeaders { get; } = [KeyHeader];

    public bool Verify(Hook hook, IHeaderDictionary headers, ReadOnlyMemory<byte> body) =>
        hook.Secret is null || HookSecret.IsIn(headers, hook.Secret)
        || Signature.IsIn(headers[GitHub.SignatureHeader], Signature.Sha256, hook.Secret, body.Span);

    public Reading Read(Hook hook, IHeaderDictionary headers, ReadOnlySpan<byte> json, DateTimeOffset received)
    {
        if (HookJson.Read(json, HookJson.Default.GitDelivery, Expected, out var error) is not { } delivery)
            return Reading.Unreadable(error!);
        if (string.IsNullOrEmpty(delivery.Repository))
            return Reading.Unreadable($"`repository` is missing; {Expected}.");
        if (!RepositoryName.TryParse(delivery.Repository, out var repository, out var wrong))
            return Reading.Unreadable($"`repository` {wrong}.");

        var reference = string.IsNullOrEmpty(delivery.Ref) || delivery.Ref.StartsWith("refs/", StringComparison.Ordinal) ? delivery.Ref : Refs.Heads + delivery.Ref;
        // a person wrote this, and wants to know
        if (reference?.StartsWith(Refs.Heads, StringComparison.Ordinal) == true && !Refs.IsBranch(reference[Refs.Heads.Length..]))
            return Reading.Unreadable($"`ref` is \"{HttpFailure.Shorten(delivery.Ref!)}\"; expected a branch such as \"refs/heads/main\" or \"main\".");

        var pushes = new GitPushes(Expected);
        pushes.Add("ref", reference, "after", delivery.After, headWillDo: true);
        return pushes.Read(GitPushes.Common(this, hook, KeyOf(headers), delivery.Pusher, received), [repository.Source], $"`repository` is missing; {Expected}.");
    }

    /// <summary>Without a key it is new: the same words may well tell of a second push.</summary>
    private static string KeyOf(IHeaderDictionary headers) =>
        headers.First(KeyHeader) is { } key ? DeliveryId.Of(key, Encoding.UTF8.GetBytes(key)) : Guid.NewGuid().ToString();
}

internal sealed record GitDelivery(string? Repository, string? Ref, string? After, string? Pusher);
