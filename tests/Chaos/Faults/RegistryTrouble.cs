using System.Globalization;
using AutoDeploy.Chaos.Tests.Plan;
using AutoDeploy.Chaos.Tests.Running;
using AutoDeploy.Testing;

namespace AutoDeploy.Chaos.Tests.Faults;

/// <summary>The registry is not well for a while, for those who read from it.</summary>
/// <param name="After">Milliseconds until then.</param>
/// <param name="For">Milliseconds that it lasts.</param>
public sealed record RegistryTrouble(RegistryTroubleKind Trouble, int After, int For) : FaultAction
{
    public override string Words => string.Create(CultureInfo.InvariantCulture, $"registry {Trouble} after {After}ms for {For}ms");

    /// <summary>An answer that comes late is an answer.</summary>
    public override bool MayFail => Trouble != RegistryTroubleKind.Slow;

    public override async Task Inject(ChaosEnvironment environment, CancellationToken cancellationToken)
    {
        await Task.Delay(After, cancellationToken);
        environment.Proxy.Behavior = Trouble switch
        {
            RegistryTroubleKind.HangsUp => new RegistryProxyBehavior { HangsUp = true },
            RegistryTroubleKind.Slow => new RegistryProxyBehavior { Delay = TimeSpan.FromMilliseconds(700) },
            RegistryTroubleKind.Error => new RegistryProxyBehavior { Status = 500 },
            RegistryTroubleKind.TooManyRequests => new RegistryProxyBehavior { Status = 429, RetryAfter = 1 },
            _ => new RegistryProxyBehavior { CutsBlobs = true },
        };
        try
        {
            await Task.Delay(For, cancellationToken);
        }
        finally
        {
            environment.Proxy.Behavior = RegistryProxyBehavior.Normal;
        }
    }
}
