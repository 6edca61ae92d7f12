using AutoDeploy.Services;

namespace AutoDeploy.Api.Qovery;

/// <summary>What an announcement led to for one service: how that stands now, and why.</summary>
public sealed record AnnouncedResponse : StatusResponse
{
    internal AnnouncedResponse(StatusResponse status, Service service, Verdict? verdict)
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
