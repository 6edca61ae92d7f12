using AutoDeploy.Api.Http;
using AutoDeploy.Organizations;
using AutoDeploy.Sources;

namespace AutoDeploy.Api.Hooks;

/// <summary>Our own: what a repository's <c>post-receive</c> or any pipeline can say with curl.</summary>
public sealed class GenericGitSender : ISender
{
    private const string Expected =
        "expected {\"repository\": \"https://git.acme.com/shop.git\", \"ref\": \"refs/heads/main\", \"after\": COMMIT}";

    public string Name => "git";

    public bool SendsSecret => true;

    public bool SignsOnly => false;

    public string Description =>
        "git: our own, `{\"repository\": URL, \"ref\": \"refs/heads/main\" or \"main\", \"after\"?: commit, \"pusher\"?}`; "
        + "without `after` the branch's head, with "
        + "zeros a deleted branch. "
        + AnnouncementSender.Rules;

    public IReadOnlyList<string> ContentTypes => ["application/json"];

    public string[] DeliveryHeaders { get; } = [AnnouncementSender.KeyHeader];

    public bool Verify(Hook hook, IHeaderDictionary headers, ReadOnlyMemory<byte> body) => AnnouncementSender.Verify(hook, headers, body);

    public HookReading Read(Hook hook, IHeaderDictionary headers, ReadOnlySpan<byte> json, DateTimeOffset received)
    {
        if (HookJson.Read(json, HookJson.Default.GitDelivery, Expected, out var error) is not { } delivery)
            return HookReading.Unreadable(error!);
        if (string.IsNullOrEmpty(delivery.Repository))
            return HookReading.Unreadable($"`repository` is missing; {Expected}.");
        if (!RepositoryName.TryParse(delivery.Repository, out var repository, out var wrong))
            return HookReading.Unreadable($"`repository` {wrong}.");

        var reference =
            string.IsNullOrEmpty(delivery.Ref) || delivery.Ref.StartsWith("refs/", StringComparison.Ordinal)
                ? delivery.Ref
                : GitRefs.Heads + delivery.Ref;
        // a user wrote this request and needs the error
        if (reference?.StartsWith(GitRefs.Heads, StringComparison.Ordinal) == true && !GitRefs.IsBranch(reference[GitRefs.Heads.Length..]))
            return HookReading.Unreadable(
                $"`ref` is \"{ApiException.Shorten(delivery.Ref!)}\"; expected a branch such as \"refs/heads/main\" or \"main\"."
            );

        var pushes = new GitPushCollector(Expected);
        pushes.Add("ref", reference, "after", delivery.After, headWillDo: true);
        return pushes.Read(
            CommonPushFactory.Create(this, hook, AnnouncementSender.Delivery(headers), delivery.Pusher, received),
            [repository.Source],
            $"`repository` is missing; {Expected}."
        );
    }
}
