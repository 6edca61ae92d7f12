using System.Collections.Concurrent;

namespace AutoDeploy.Api.Http;

/// <summary>
/// So many requests a second for each hook or trigger, and some seconds' worth of them at once: a bucket of tokens for each, in memory.
/// </summary>
/// <remarks>
/// Not on System.Threading.RateLimiting: its limiters take the time from the system alone, so that nobody could test them without waiting,
/// and cost an object with a queue and a timer for each hook. A refusal here is as long as a lookup.
/// </remarks>
/// <param name="perSecond">0: there is no limit.</param>
/// <param name="burstSeconds">What flows in for so long can be taken at once.</param>
public abstract class RateLimit(int perSecond, int burstSeconds, TimeProvider time)
{
    /// <summary>When each one's bucket will be full; it lacks what flows in until then.</summary>
    private readonly ConcurrentDictionary<Guid, TimeSpan> _nextFree = new();

    /// <summary>What a clock that is set back does not touch.</summary>
    private readonly long _began = time.GetTimestamp();

    public int PerSecond => perSecond;

    /// <summary>Takes a token. Null: there was one; else how long it takes until there is.</summary>
    public TimeSpan? Take(Guid of)
    {
        if (perSecond == 0)
            return null;

        var token = TimeSpan.FromSeconds(1) / perSecond;
        while (true)
        {
            var now = time.GetElapsedTime(_began);
            var known = _nextFree.TryGetValue(of, out var full);
            var next = (known && full > now ? full : now) + token;
            var wait = next - now - TimeSpan.FromSeconds(burstSeconds);
            if (wait > TimeSpan.Zero)
                return wait;
            if (known ? _nextFree.TryUpdate(of, next, full) : _nextFree.TryAdd(of, next))
                return null;
        }
    }

    /// <summary>It was revoked.</summary>
    public void Forget(Guid of) => _nextFree.TryRemove(of, out _);
}
