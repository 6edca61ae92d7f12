using System.Diagnostics;
using AutoDeploy.Chaos.Tests.Plan;
using AutoDeploy.Chaos.Tests.Running;

namespace AutoDeploy.Chaos.Tests.Faults;

/// <summary>kill -9 of our process when some action has come to a moment; when none comes there, after a while.</summary>
public sealed record KillAtMoment(KillMoment Moment) : FaultAction
{
    private static readonly TimeSpan OperationTimeout = TimeSpan.FromSeconds(3);

    public override string Words => $"kill -9 at {Moment.ToString().ToLowerInvariant()}";

    public override async Task Inject(ChaosEnvironment environment, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < OperationTimeout && !await environment.Actions.AnyIs(Has))
            await Task.Delay(10, cancellationToken);
        await environment.Host.Kill();
    }

    private bool Has(string step, string log) =>
        Moment switch
        {
            KillMoment.Resolve => step == "resolve",
            KillMoment.Pull => step == "pull",
            KillMoment.Replace => step == "replace",
            KillMoment.Proven => log.Contains("is healthy", StringComparison.Ordinal),
            KillMoment.Switched => log.Contains("Switched", StringComparison.Ordinal),
            KillMoment.Retire => step == "retire",
            KillMoment.Removed => log.Contains("is gone", StringComparison.Ordinal),
            _ => step == "back",
        };
}
