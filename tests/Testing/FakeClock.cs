namespace AutoDeploy.Testing;

/// <summary>A clock that shows what a test sets it to; its timers are those of the system.</summary>
public sealed class FakeClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
