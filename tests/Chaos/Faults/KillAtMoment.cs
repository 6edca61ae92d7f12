using System.Diagnostics;
using AutoDeploy.Chaos.Tests.Plan;
using AutoDeploy.Chaos.Tests.Running;

namespace AutoDeploy.Chaos.Tests.Faults;

/// <summary>How far an action has come, as its step and its log tell.</summary>
public enum Moment
{
    Resolve,
    Pull,
    Replace,
    Proven,
    Switched,
    Retire,
    Removed,
    Back,
}

/// <summary>kill -9 of our process when some action has come to a moment; when none comes there, after a while.</summary>
public sealed record KillAtMoment(Moment Moment) : Fault
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public override string Words => $"kill -9 at {Moment.ToString().ToLowerInvariant()}";

    public override async Task Strike(Stage stage, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < Patience && !await stage.Actions.AnyIs(Has))
            await Task.Delay(10, cancellationToken);
        await stage.Host.Kill();
    }

    private bool Has(string step, string log) => Moment switch
    {
        Moment.Resolve => step == "resolve",
        Moment.Pull => step == "pull",
        Moment.Replace => step == "replace",
        Moment.Proven => log.Contains("is healthy", StringComparison.Ordinal),
        Moment.Switched => log.Contains("Switched", StringComparison.Ordinal),
        Moment.Retire => step == "retire",
        Moment.Removed => log.Contains("is gone", StringComparison.Ordinal),
        _ => step == "back",
    };
}
