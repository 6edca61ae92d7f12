using AutoDeploy.Deployments;
using AutoDeploy.Events;
using AutoDeploy.Services;
using AutoDeploy.Sources;

namespace AutoDeploy.Notifications;

/// <summary>Makes sentences of events.</summary>
public static class NotificationMessageFactory
{
    /// <summary>Longer ones are cut: the action's log has it all.</summary>
    private const int MaxReasonLength = 1000;

    /// <param name="ledgerEvent">What is told as <paramref name="kind"/>.</param>
    /// <param name="kind">See <see cref="NotificationKindMapper.From(LedgerEvent)"/>.</param>
    /// <param name="publicUrl">How people reach the API, without a slash at the end; null: not known.</param>
    public static NotificationMessage From(LedgerEvent ledgerEvent, NotificationKind kind, string? publicUrl)
    {
        var deployment = ledgerEvent.Deployment;
        var action = deployment?.Uuid ?? ledgerEvent.Verdict?.DeploymentId;
        return new NotificationMessage
        {
            Id = $"{kind.Format()}_{ledgerEvent.SubjectId:N}",
            Time = ledgerEvent.Time,
            Kind = kind,
            Subject = deployment is null
                ? $"{ledgerEvent.ServiceName}: a version is held"
                : $"{ledgerEvent.ServiceName}: {GetVerb(deployment)} {DescribeOutcome(kind, deployment)}",
            Text = deployment is null
                ? Describe(ledgerEvent.ServiceName, ledgerEvent.Verdict!)
                : Describe(ledgerEvent.ServiceName, deployment, kind),
            Link =
                publicUrl is null ? null
                : action is { } uuid ? new Uri($"{publicUrl}/api/audit/v1/action/{uuid:D}/")
                : new Uri($"{publicUrl}/api/app/v1/service/{ledgerEvent.ServiceId:D}/verdict/"),
            Event = ledgerEvent,
        };
    }

    public static NotificationMessage CreateTest(DateTimeOffset now) =>
        new()
        {
            Id = $"test_{Guid.NewGuid():N}",
            Time = now,
            Subject = "A test",
            Text = "This is a test of a notification of AutoDeploy.",
        };

    private static string Describe(string service, Deployment deployment, NotificationKind kind)
    {
        var version = FormatVersion(deployment) is { } to ? $" to {to}" : "";
        var why = deployment.Result.Length == 0 || kind == NotificationKind.Started ? "" : $": {Shorten(deployment.Result)}";
        var cause = deployment.Cause.Text.Length == 0 ? "" : $" ({deployment.Cause.Text})";
        return $"{service}: {GetVerb(deployment)}{version} {DescribeOutcome(kind, deployment)}{why.TrimEnd('.')}{cause}.";
    }

    private static string Describe(string service, Verdict verdict) => $"{service}: a version is held: {Shorten(verdict.Detail)}";

    private static string GetVerb(Deployment deployment) =>
        deployment.RollbackTime is not null ? "rollback" : deployment.Operation.ToString().ToLowerInvariant();

    private static string DescribeOutcome(NotificationKind kind, Deployment deployment) =>
        kind switch
        {
            NotificationKind.Started => "started",
            NotificationKind.Succeeded => "succeeded",
            NotificationKind.RolledBack when deployment.RolledBack => "was rolled back",
            NotificationKind.RolledBack => "succeeded",
            NotificationKind.Canceled => "was canceled",
            _ => "failed",
        };

    /// <summary>What it goes for, as far as it is known.</summary>
    private static string? FormatVersion(Deployment deployment)
    {
        if (deployment.Commit is { } commit)
            return $"commit {GitRefs.Shorten(commit)}";
        if (deployment.Image is null || !ImageName.TryParse(deployment.Image, out var image, out _))
            return null;
        var name = (image with { Digest = null }).ToFamiliarString();
        return deployment.Digest is { } digest ? $"{name} ({ServiceVersion.ShortenDigest(digest)})" : name;
    }

    private static string Shorten(string text) =>
        text.Length <= MaxReasonLength ? text : string.Concat(text.AsSpan(0, MaxReasonLength), "…");
}
