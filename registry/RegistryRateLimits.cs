using System.Collections.Concurrent;
using System.Globalization;
using System.Net;

namespace AutoDeploy.Registry;

/// <summary>
/// Tracks until when a registry host gets no deferrable requests: after a 429, and when few requests remain in the current rate-limit
/// window (Docker Hub: <c>ratelimit-limit: 100;w=21600</c>, <c>ratelimit-remaining: 76;w=21600</c>). The remaining ones are reserved for
/// deployments and users.
/// </summary>
internal sealed class RegistryRateLimits(TimeProvider time)
{
    /// <summary>
    /// The fraction of the limit that is reserved for requests that cannot wait; if the limit is unknown, the number of reserved requests.
    /// </summary>
    private const double ReserveShare = 0.25,
        ReserveOfUnknown = 25;

    /// <summary>The delay after a 429 without <c>Retry-After</c>, and the minimum delay when few requests remain.</summary>
    private static readonly TimeSpan DefaultDelay = TimeSpan.FromMinutes(1);

    /// <summary>The maximum delay when no requests remain. The window slides, so some become available earlier.</summary>
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(15);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _until = new();

    public bool IsLimited(string host) => _until.TryGetValue(host, out var until) && until > time.GetUtcNow();

    /// <summary>The maximum accepted <c>Retry-After</c>.</summary>
    private static readonly TimeSpan LongestAsked = TimeSpan.FromHours(1);

    /// <summary>The delay that the answer demands; null: none.</summary>
    public TimeSpan? RetryAfter(HttpResponseMessage answer)
    {
        var asked = answer.Headers.RetryAfter is { } header ? header.Delta ?? (header.Date - time.GetUtcNow()) : null;
        return asked < TimeSpan.Zero ? TimeSpan.Zero
            : asked > LongestAsked ? LongestAsked
            : asked;
    }

    public void Update(HttpResponseMessage answer, string host)
    {
        if (
            (answer.StatusCode == HttpStatusCode.TooManyRequests ? RetryAfter(answer) ?? DefaultDelay : FindRemainingWindow(answer)) is
            { } rest
        )
            _until[host] = time.GetUtcNow() + rest;
    }

    /// <summary>The time until about as many requests are available again as are missing from the reserve; null: enough remain.</summary>
    private static TimeSpan? FindRemainingWindow(HttpResponseMessage answer)
    {
        if (Read(answer, "ratelimit-remaining") is not var (remaining, window))
            return null;
        if (Read(answer, "ratelimit-limit") is not var (limit, windowOfLimit) || limit <= 0)
            return remaining == 0 ? MaxDelay
                : remaining <= ReserveOfUnknown ? DefaultDelay
                : null;
        var missing = (limit * ReserveShare) - remaining;
        if (missing < 0)
            return null;
        if (remaining == 0)
            return MaxDelay;
        return TimeSpan.FromSeconds(
            Math.Clamp((missing + 1) / limit * (window ?? windowOfLimit ?? 0), DefaultDelay.TotalSeconds, MaxDelay.TotalSeconds)
        );
    }

    /// <summary>Parses <c>76;w=21600</c>: the number of requests and the window in seconds. Of several values, the first counts.</summary>
    private static (long Count, long? Window)? Read(HttpResponseMessage answer, string header)
    {
        if (
            !answer.Headers.TryGetValues(header, out var values)
            || values.FirstOrDefault()?.Split(',')[0].Split(';') is not [var first, .. var more]
            || !long.TryParse(first.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
        )
            return null;
        foreach (var parameter in more)
            if (
                parameter.Trim() is ['w', '=', .. var text]
                && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            )
                return (count, seconds);
        return (count, null);
    }
}
