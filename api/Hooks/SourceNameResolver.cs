using AutoDeploy.Ports;
using AutoDeploy.Sources;

namespace AutoDeploy.Api.Hooks;

/// <summary>
/// A delivery can give a repository by several names (the web's port, the host of ssh), and the host of an image or a repository can have
/// aliases. Of all these names the ones count by which a service knows the source, so that one push is not told twice; where nobody
/// does, the first will do.
/// </summary>
public sealed class SourceNameResolver(ILedger ledger, HostAliasGroups hosts)
{
    /// <param name="pushes">Of one delivery.</param>
    public async Task<IReadOnlyList<Push>> Choose(IReadOnlyList<Push> pushes)
    {
        var aliases = await hosts.Groups(pushes[0].Organization);
        if (pushes.Count == 1 && aliases.Count == 0)
            return pushes;

        var known = new Dictionary<string, bool>(StringComparer.Ordinal);
        var chosen = new List<Push>(pushes.Count);
        foreach (var names in Same(pushes))
        {
            AddAliases(names, aliases);
            var before = chosen.Count;
            if (names.Count > 1)
                foreach (var push in names)
                    if (await IsKnown(push.Source, known))
                        chosen.Add(push);
            if (chosen.Count == before)
                chosen.Add(names[0]);
        }

        return chosen;
    }

    /// <summary>The pushes of a delivery that are one push under several names. Each event of a registry is one of its own.</summary>
    private static IEnumerable<List<Push>> Same(IReadOnlyList<Push> pushes) =>
        pushes
            .GroupBy(p => p.IsGit ? (p.Ref, p.Commit, p.Deleted, Guid.Empty) : ("", null, p.Deleted, p.Uuid))
            .Select(same => same.DistinctBy(p => p.Source).ToList());

    /// <summary>
    /// The id says the source, whoever knows it now: the same delivery again is the same pushes, and another one for who came to know it
    /// since.
    /// </summary>
    private static void AddAliases(List<Push> names, IReadOnlyDictionary<string, IReadOnlyList<string>> aliases)
    {
        if (aliases.Count == 0)
            return;
        foreach (var push in names.ToList())
        {
            if (SourceHostNames.FindHost(push.Source) is not { } host || !aliases.TryGetValue(host, out var group))
                continue;
            foreach (var source in group.Select(other => SourceHostNames.ReplaceHost(push.Source, other)))
                if (!names.Exists(n => n.Source == source))
                    names.Add(
                        push with
                        {
                            Uuid = Guid.CreateVersion7(push.Received),
                            Source = source,
                            Delivery = $"{push.Delivery} {source}",
                        }
                    );
        }
    }

    private async Task<bool> IsKnown(string source, Dictionary<string, bool> known)
    {
        if (!known.TryGetValue(source, out var found))
            known[source] = found = (await ledger.ListSubscribers(source, null, 1, CancellationToken.None)).Count > 0;
        return found;
    }
}
