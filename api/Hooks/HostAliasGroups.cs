using System.Collections.Concurrent;
using AutoDeploy.Ports;

namespace AutoDeploy.Api.Hooks;

/// <summary>Finds all names of a host by the organization's aliases, with a short cache.</summary>
public sealed class HostAliasGroups(ILedger ledger, TimeProvider time)
{
    private static readonly TimeSpan CacheDuration = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);

    /// <summary>The groups of names that mean the same host, under each of the names; empty for most organizations.</summary>
    public async ValueTask<IReadOnlyDictionary<string, IReadOnlyList<string>>> Groups(string organization)
    {
        if (_known.TryGetValue(organization, out var known) && time.GetElapsedTime(known.Read) < CacheDuration)
            return known.Groups;
        var read = time.GetTimestamp();
        var aliases = await ledger.ListHostAliases(organization, int.MaxValue, 0, CancellationToken.None);
        var groups = Join(aliases.Items.Select(a => (a.Alias, a.Host)));
        _known[organization] = new Known(read, groups);
        return groups;
    }

    /// <summary>Its aliases have changed.</summary>
    public void Forget(string organization) => _known.TryRemove(organization, out _);

    private static Dictionary<string, IReadOnlyList<string>> Join(IEnumerable<(string, string)> pairs)
    {
        var groups = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var (one, other) in pairs)
        {
            var group = groups.GetValueOrDefault(one) ?? [one];
            var joining = groups.GetValueOrDefault(other) ?? [other];
            if (group != joining)
                group.AddRange(joining);
            foreach (var name in group)
                groups[name] = group;
        }

        return groups.ToDictionary(g => g.Key, g => (IReadOnlyList<string>)g.Value);
    }

    private sealed record Known(long Read, IReadOnlyDictionary<string, IReadOnlyList<string>> Groups);
}
