using AutoDeploy.Sources;

namespace AutoDeploy.Api.DockerCloud;

/// <summary>A push; all but its uuid is null when it is too old to be kept.</summary>
/// <param name="Sender">The sender's name as in its hook's path.</param>
/// <param name="Image">Canonical, without tag; null for a git push.</param>
/// <param name="Repository">Canonical, <c>host/path</c>; null for an image.</param>
/// <param name="Ref">The full ref that was pushed, refs/heads/main.</param>
/// <param name="Commit">What the sender says the ref is at.</param>
/// <param name="Deleted">The tag or branch was deleted.</param>
/// <param name="Pusher">Who pushed, if the sender says so.</param>
public sealed record PushResponse(
    Guid Uuid,
    string? Sender,
    string? Image,
    string? Tag,
    string? Digest,
    string? Repository,
    string? Ref,
    string? Commit,
    bool Deleted,
    string? Pusher
)
{
    public static PushResponse From(Guid uuid, Push? push) =>
        push switch
        {
            null => new PushResponse(uuid, null, null, null, null, null, null, null, false, null),
            { IsGit: true } => new PushResponse(
                uuid,
                push.Sender,
                null,
                null,
                null,
                RepositoryName.Display(push.Source),
                push.Ref,
                push.Commit,
                push.Deleted,
                push.Pusher
            ),
            _ => new PushResponse(uuid, push.Sender, push.Source, push.Tag, push.Digest, null, null, null, push.Deleted, push.Pusher),
        };
}
