namespace AutoDeploy.Api.Qovery;

/// <summary>
/// What an announcement led to. Clients of Qovery's read one status: that of the first service that deploys, or else of the first that has
/// the image. All of them are in <c>services</c>.
/// </summary>
public sealed record AnnouncementResponse : StatusResponse
{
    /// <summary>So many services are shown.</summary>
    public const int MaxServices = 100;

    internal AnnouncementResponse(StatusResponse first)
        : base(first) { }

    /// <summary>So many services have the image.</summary>
    public required int ServicesCount { get; init; }

    /// <summary>The services that have the image, those that deploy first; 100 at most.</summary>
    public required IReadOnlyList<AnnouncedResponse> Services { get; init; }
}
