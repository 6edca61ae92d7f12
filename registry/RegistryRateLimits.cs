using System.Collections.Concurrent;
using System.Globalization;
using System.Net;

namespace AutoDeploy.Registry;

/// <summary>
/// When hosts want no requests that can wait: after 429, and when so few are left of those that they grant in a window of time (Docker
/// Hub's
/// <c>ratelimit-limit: 100;w=21600</c> and <c>ratelimit-remaining: 76;w=21600</c>) that they are kept for deployments and people.
/// </summary>
internal sealed class RegistryRateLimits(TimeProvider time)
{
    /// <summary>
    /// Of what is granted, the part that is kept for what cannot wait; where it is not told what is granted, so many requests.
    /// </summary>
    private const double ReserveShare = 0.25,
        ReserveOfUnknown = 25;

    /// <summary>Of a host that says "too many requests" and not until when; and the shortest of one with little left.</summary>
    private static readonly TimeSpan DefaultDelay = TimeSpan.FromMinutes(1);

    /// <summary>Of a host with nothing left; its window slides, so that some come back sooner.</summary>
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(15);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _until = new();

    public bool IsLimited(string host) => _until.TryGetValue(host, out var until) && until > time.GetUtcNow();

    /// <summary>The longest that is believed of a host that says until when.</summary>
    private static readonly TimeSpan LongestAsked = TimeSpan.FromHours(1);

    /// <summary>The time that the answer asks us to wait; null: none.</summary>
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

    /// <summary>Until about as many have come back as are missing, so that asking goes on, only slower; null: there are enough.</summary>
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

    /// <summary><c>76;w=21600</c>: requests, and the seconds that they are for. Of several values the first counts.</summary>
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
