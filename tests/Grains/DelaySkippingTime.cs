using Microsoft.Extensions.Time.Testing;

namespace AutoDeploy.Grains.Tests;

/// <summary>A clock on which delays of up to a minute pass at once, and longer time-outs only when that much has passed.</summary>
internal sealed class DelaySkippingTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private static readonly TimeSpan LongestSkipped = TimeSpan.FromMinutes(1);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime >= TimeSpan.Zero && dueTime <= LongestSkipped)
            Advance(dueTime);
        return timer;
    }
}
