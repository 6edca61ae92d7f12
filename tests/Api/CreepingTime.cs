using Microsoft.Extensions.Time.Testing;

namespace AutoDeploy.Api.Tests;

/// <summary>
/// A clock for a whole process. Whoever asks for the time moves it by its smallest step, so that a loop that waits for less than a timer
/// can measure (a fraction of a millisecond) comes to its end, as it does with the time of the system.
/// </summary>
internal sealed class CreepingTime : FakeTimeProvider
{
    public CreepingTime() => AutoAdvanceAmount = TimeSpan.FromTicks(1);

    public override long GetTimestamp()
    {
        GetUtcNow();
        return base.GetTimestamp();
    }
}
