using AutoDeploy.Services;

namespace AutoDeploy.Api.Qovery;

/// <summary>
/// What an announcement led to. Clients of Qovery's read one status: that of the first service that deploys, or else of the first that has the
/// image. All of them are in <c>services</c>.
/// </summary>
public sealed record AnnouncementObject : StatusObject
{
    /// <summary>So many services are shown.</summary>
    public const int Most = 100;

    internal AnnouncementObject(StatusObject first)
        : base(first)
    {
    }

    /// <summary>So many services have the image.</summary>
    public required int ServicesCount { get; init; }

    /// <summary>The services that have the image, those that deploy first; 100 at most.</summary>
    public required IReadOnlyList<AnnouncedObject> Services { get; init; }
}

/// <summary>What an announcement led to for one service: how that stands now, and why.</summary>
public sealed record AnnouncedObject : StatusObject
{
    internal AnnouncedObject(StatusObject status, Service service, Verdict? verdict)
        : base(status)
    {
        Name = service.Name;
        Verdict = verdict?.Kind.ToString().ToLowerInvariant();
        Reason = verdict?.Reason;
        Detail = verdict?.Detail;
    }

    /// <summary>The service's name.</summary>
    public string Name { get; }

    /// <summary>deploy or skip; null: not judged within 5 seconds, which the service's verdicts will show.</summary>
    public string? Verdict { get; }

    /// <summary>In a word, as in the service's verdicts.</summary>
    public string? Reason { get; }

    /// <summary>In a sentence.</summary>
    public string? Detail { get; }
}
