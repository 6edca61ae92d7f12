using System.Collections.Immutable;
using System.Globalization;
using AutoDeploy.Organizations;

namespace AutoDeploy.Services;

/// <summary>
/// Why something new is not deployed now, though it would be: a freeze, a closed window, a missing approval. Found by pure functions.
/// </summary>
/// <param name="Reason">In a word, one of <see cref="VerdictReasons"/>.</param>
/// <param name="Detail">In a sentence that says until when, or what to do.</param>
/// <param name="Until">When it is over by itself; null: it is not.</param>
public sealed record DeploymentHold(string Reason, string Detail, DateTimeOffset? Until)
{
    /// <summary>What holds a push; null: nothing. A missing approval comes first: it can be given at any time.</summary>
    public static DeploymentHold? Find(ServiceSettings service, OrganizationSettings organization, bool approved, DateTimeOffset now)
    {
        var closed = FindClosed(service, organization, now);
        return service.ApprovalRequired && !approved
            ? new DeploymentHold(
                VerdictReasons.Approval,
                $"It waits to be approved (POST verdict/ID/approve/).{(closed is null ? "" : $" {closed.Detail}")}",
                null
            )
            : closed;
    }

    /// <summary>A freeze or a closed window, of the service or of its organization; null: there is none.</summary>
    public static DeploymentHold? FindClosed(ServiceSettings service, OrganizationSettings organization, DateTimeOffset now)
    {
        if (service.Frozen is { } frozen)
            return new DeploymentHold(VerdictReasons.Frozen, $"The service is frozen: {Describe(frozen)}", null);
        if (organization.Frozen is { } allFrozen)
            return new DeploymentHold(VerdictReasons.Frozen, $"The organization is frozen: {Describe(allFrozen)}", null);

        var opening = DeployWindowSchedule.FindNextOpening(now, service.Windows, organization.Windows);
        if (opening == now)
            return null;
        var (whose, windows) = DeployWindowSchedule.IsOpen(service.Windows, now)
            ? ("organization's", organization.Windows)
            : ("service's", service.Windows);
        return new DeploymentHold(
            VerdictReasons.Window,
            opening is { } until
                ? $"The {whose} deployment window is closed until {FormatTime(until, windows)}."
                : $"The {whose} deployment window is closed, and there is no time at which all windows are open.",
            opening
        );
    }

    private static string Describe(string reason) => reason[^1] is '.' or '!' or '?' ? reason : reason + ".";

    /// <summary>As the clocks of the (first) window show it.</summary>
    private static string FormatTime(DateTimeOffset time, ImmutableArray<DeployWindow> windows)
    {
        var (zone, name) = TimeZoneInfo.TryFindSystemTimeZoneById(windows[0].Zone, out var found)
            ? (found, windows[0].Zone)
            : (TimeZoneInfo.Utc, "UTC");
        return string.Create(CultureInfo.InvariantCulture, $"{TimeZoneInfo.ConvertTime(time, zone):dddd, yyyy-MM-dd HH:mm} ({name})");
    }
}
