using AutoDeploy.Ports;
using AutoDeploy.Sources;

namespace AutoDeploy.Api.Hooks;

/// <summary>
/// A delivery can give a repository by several names (the web's port, the host of ssh). Of these the ones count by which a service knows
/// it, so that one push is not told twice; where nobody does, the first will do.
/// </summary>
public static class RepositoryNames
{
    public static async Task<IReadOnlyList<Push>> Choose(this ILedger ledger, IReadOnlyList<Push> pushes)
    {
        List<string> sources = [.. pushes.Where(p => p.IsGit).Select(p => p.Source).Distinct()];
        if (sources.Count < 2)
            return pushes;

        var known = new List<string>();
        foreach (var source in sources)
            if ((await ledger.Subscribers(source, null, 1, CancellationToken.None)).Count > 0)
                known.Add(source);
        return [.. pushes.Where(p => known.Count == 0 ? p.Source == sources[0] : known.Contains(p.Source))];
    }
}
