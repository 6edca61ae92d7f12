using System.Collections.Concurrent;

namespace AutoDeploy.Api.Hooks;

/// <summary>
/// So many deliveries a second are taken from each hook, and ten seconds' worth of them at once: a bucket of tokens for each, in memory.
/// </summary>
/// <param name="perSecond">0: there is no limit.</param>
public sealed class HookRate(int perSecond, TimeProvider time)
{
    public const int Default = 200;

    private const int BurstSeconds = 10;

    /// <summary>When each hook's bucket will be full; it lacks what flows in until then.</summary>
    private readonly ConcurrentDictionary<Guid, TimeSpan> _full = new();

    /// <summary>What a clock that is set back does not touch.</summary>
    private readonly long _began = time.GetTimestamp();

    /// <summary>Takes a token. Null: there was one; else how long it takes until there is.</summary>
    public TimeSpan? Take(Guid hook)
    {
        if (perSecond == 0)
            return null;

        var token = TimeSpan.FromSeconds(1) / perSecond;
        while (true)
        {
            var now = time.GetElapsedTime(_began);
            var known = _full.TryGetValue(hook, out var full);
            var next = (known && full > now ? full : now) + token;
            var wait = next - now - TimeSpan.FromSeconds(BurstSeconds);
            if (wait > TimeSpan.Zero)
                return wait;
            if (known ? _full.TryUpdate(hook, next, full) : _full.TryAdd(hook, next))
                return null;
        }
    }

    /// <summary>The hook was revoked.</summary>
    public void Forget(Guid hook) => _full.TryRemove(hook, out _);
}
