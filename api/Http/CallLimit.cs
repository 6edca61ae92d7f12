using System.Collections.Concurrent;
using System.Globalization;

namespace AutoDeploy.Api.Http;

/// <summary>How often one trigger may be called: a burst, and then so many a second.</summary>
public sealed class CallLimit(TimeProvider time)
{
    private const double Burst = 60;

    private const double PerSecond = 1;

    /// <summary>Those that have not been called for this long have all their calls back and are forgotten.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromSeconds(Burst / PerSecond);

    private readonly ConcurrentDictionary<Guid, (double Left, DateTimeOffset At)> _buckets = new();

    /// <exception cref="HttpFailure">429</exception>
    public void Count(Guid trigger, HttpContext context)
    {
        var now = time.GetUtcNow();
        if (_buckets.Count > 10_000)
            foreach (var (uuid, bucket) in _buckets)
                if (now - bucket.At > Forgotten)
                    _buckets.TryRemove(uuid, out _);
        var (left, _) = _buckets.AddOrUpdate(
            trigger,
            _ => (Burst - 1, now),
            (_, before) => (Math.Max(-1, Math.Min(Burst, before.Left + ((now - before.At).TotalSeconds * PerSecond)) - 1), now));
        if (left >= 0)
            return;
        context.Response.OnStarting(() =>
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(1 / PerSecond).ToString(CultureInfo.InvariantCulture);
            return Task.CompletedTask;
        });
        throw new HttpFailure(StatusCodes.Status429TooManyRequests, "The trigger is called too often; try again in a second.");
    }
}
