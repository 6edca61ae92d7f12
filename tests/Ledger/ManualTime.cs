namespace AutoDeploy.Ledger.Tests;

public sealed class ManualTime : TimeProvider
{
    public DateTimeOffset Now { get; set; } = Given.Noon;

    public override DateTimeOffset GetUtcNow() => Now;
}
