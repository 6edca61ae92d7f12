using System.Threading.RateLimiting;

namespace AutoDeploy.Api.Http;

/// <summary>
/// So many requests a second for each hook or trigger, and some seconds' worth of them at once: a bucket of tokens for each, in memory.
/// A bucket that is full and idle is dropped, so that what is kept is bounded by what is in use.
/// </summary>
public abstract class RateLimit : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>Made for the first request, because it wakes up ten times a second from then on.</summary>
    private readonly Lazy<PartitionedRateLimiter<Guid>> _limiter;

    /// <param name="perSecond">0: there is no limit.</param>
    /// <param name="burstSeconds">What flows in for so long can be taken at once.</param>
    protected RateLimit(int perSecond, int burstSeconds)
    {
        PerSecond = perSecond;
        _limiter = new(() =>
        {
            var options = new TokenBucketRateLimiterOptions
            {
                TokenLimit = perSecond * burstSeconds,
                TokensPerPeriod = perSecond,
                ReplenishmentPeriod = Period,
                // the partitioned limiter fills all of them with one timer, a part of a period at a time
                AutoReplenishment = false,
            };
            return PartitionedRateLimiter.Create<Guid, Guid>(id => RateLimitPartition.GetTokenBucketLimiter(id, _ => options));
        });
    }

    public int PerSecond { get; }

    /// <summary>Takes a token. Null: there was one; else how long it takes until there is.</summary>
    public TimeSpan? Take(Guid id)
    {
        if (PerSecond == 0)
            return null;
        using var lease = _limiter.Value.AttemptAcquire(id);
        if (lease.IsAcquired)
            return null;
        return lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : Period;
    }

    public void Dispose()
    {
        if (_limiter.IsValueCreated)
            _limiter.Value.Dispose();
        GC.SuppressFinalize(this);
    }
}
