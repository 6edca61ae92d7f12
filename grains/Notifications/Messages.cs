using AutoDeploy.Deployments;
using AutoDeploy.Events;
using AutoDeploy.Services;
using AutoDeploy.Sources;

namespace AutoDeploy.Notifications;

/// <summary>Makes sentences of events.</summary>
public static class Messages
{
    /// <summary>Longer ones are cut: the action's log has it all.</summary>
    private const int LongestReason = 1000;

    /// <param name="happened">What is told as <paramref name="kind"/>.</param>
    /// <param name="kind">See <see cref="NotificationKinds.Of(Event)"/>.</param>
    /// <param name="publicUrl">How people reach the API, without a slash at the end; null: not known.</param>
    public static NotificationMessage Of(Event happened, NotificationKind kind, string? publicUrl)
    {
        var deployment = happened.Deployment;
        var action = deployment?.Uuid ?? happened.Verdict?.Deployment;
        return new NotificationMessage
        {
            Id = $"{kind.Text()}_{happened.Subject:N}",
            Time = happened.Time,
            Kind = kind,
            Subject = deployment is null ? $"{happened.ServiceName}: a version is held" : $"{happened.ServiceName}: {Verb(deployment)} {Outcome(kind, deployment)}",
            Text = deployment is null ? Sentence(happened.ServiceName, happened.Verdict!) : Sentence(happened.ServiceName, deployment, kind),
            Link = publicUrl is null ? null
                : action is { } uuid ? new Uri($"{publicUrl}/api/audit/v1/action/{uuid:D}/")
                : new Uri($"{publicUrl}/api/app/v1/service/{happened.Service:D}/verdict/"),
            Event = happened,
        };
    }

    public static NotificationMessage Test(DateTimeOffset now) => new()
    {
        Id = $"test_{Guid.NewGuid():N}",
        Time = now,
        Subject = "A test",
        Text = "This is a test of a notification of AutoDeploy.",
    };

    private static string Sentence(string service, Deployment deployment, NotificationKind kind)
    {
        var version = Version(deployment) is { } to ? $" to {to}" : "";
        var why = deployment.Result.Length == 0 || kind == NotificationKind.Started ? "" : $": {Shorten(deployment.Result)}";
        var cause = deployment.Cause.Text.Length == 0 ? "" : $" ({deployment.Cause.Text})";
        return $"{service}: {Verb(deployment)}{version} {Outcome(kind, deployment)}{why.TrimEnd('.')}{cause}.";
    }

    private static string Sentence(string service, Verdict verdict) => $"{service}: a version is held: {Shorten(verdict.Detail)}";

    private static string Verb(Deployment deployment) => deployment.BackTo is not null ? "rollback" : deployment.Operation.ToString().ToLowerInvariant();

    private static string Outcome(NotificationKind kind, Deployment deployment) => kind switch
    {
        NotificationKind.Started => "started",
        NotificationKind.Succeeded => "succeeded",
        NotificationKind.RolledBack when deployment.RolledBack => "was rolled back",
        NotificationKind.RolledBack => "succeeded",
        NotificationKind.Canceled => "was canceled",
        _ => "failed",
    };

    /// <summary>What it goes for, as far as it is known.</summary>
    private static string? Version(Deployment deployment)
    {
        if (deployment.Commit is { } commit)
            return $"commit {Refs.Short(commit)}";
        if (deployment.Image is null || !ImageName.TryParse(deployment.Image, out var image, out _))
            return null;
        var name = (image with { Digest = null }).Familiar();
        return deployment.Digest is { } digest ? $"{name} ({ServiceVersion.ShortDigest(digest)})" : name;
    }

    private static string Shorten(string text) => text.Length <= LongestReason ? text : string.Concat(text.AsSpan(0, LongestReason), "…");
}
