namespace AutoDeploy.Api.Hooks;

/// <summary>A tag that was pushed or deleted, as the sender tells it.</summary>
/// <param name="NameField">Where the name was found.</param>
/// <param name="Name">With its host, where it is not at Docker Hub; without tag.</param>
/// <param name="TagField">Where the tag was found.</param>
internal readonly record struct ReportedTag(string NameField, string? Name, string TagField, string? Tag)
{
    public string? Digest { get; init; }

    public bool Deleted { get; init; }

    /// <summary>Where the event has an id of its own.</summary>
    public string? Delivery { get; init; }

    public string? Pusher { get; init; }
}
