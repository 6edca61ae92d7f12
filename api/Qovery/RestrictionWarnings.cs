using AutoDeploy.Services;
using AutoDeploy.Sources;

namespace AutoDeploy.Api.Qovery;

/// <summary>A MATCH that covers nothing of what is there now is allowed, since a file may come; but more often it is mistyped.</summary>
internal static class RestrictionWarnings
{
    /// <summary>The warnings of a service's restrictions, by the restrictions' ids.</summary>
    /// <param name="grains">To ask the repository.</param>
    /// <param name="service">With the restrictions.</param>
    /// <param name="isNew">Those that the request has brought; others are not looked at again.</param>
    public static async Task<IReadOnlyDictionary<Guid, string>> FindWarnings(
        this IGrainFactory grains,
        Service service,
        Func<Restriction, bool> isNew
    )
    {
        List<Restriction> matches = [.. service.Settings.Restrictions.Where(r => r.Mode == RestrictionMode.Match && isNew(r))];
        if (service.Settings.Git is not { } source || matches.Count == 0)
            return new Dictionary<Guid, string>();
        var uncovered = await grains
            .GetGrain<IRepositoryGrain>(source.Repository.Source)
            .FindUncovered(service.Organization, source, [.. matches.Select(r => r.Value).Distinct()]);
        return matches
            .Where(r => uncovered.Contains(r.Value))
            .ToDictionary(
                r => r.Uuid,
                r =>
                    $"No file of the branch \"{source.Branch}\" begins with \"{r.Value}\" now: as long as that is so, this "
                    + "restriction lets no push through."
            );
    }
}
