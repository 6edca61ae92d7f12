using System.Globalization;
using AutoDeploy.Chaos.Tests.Plan;
using AutoDeploy.Chaos.Tests.Running;
using AutoDeploy.Testing;

namespace AutoDeploy.Chaos.Tests.Faults;

/// <summary>What a registry can have.</summary>
public enum Trouble
{
    HangsUp,
    Slow,
    Error,
    TooManyRequests,
    CutsBlobs,
}

/// <summary>The registry is not well for a while, for those who read from it.</summary>
/// <param name="After">Milliseconds until then.</param>
/// <param name="For">Milliseconds that it lasts.</param>
public sealed record RegistryTrouble(Trouble Trouble, int After, int For) : Fault
{
    public override string Words => string.Create(CultureInfo.InvariantCulture, $"registry {Trouble} after {After}ms for {For}ms");

    /// <summary>An answer that comes late is an answer.</summary>
    public override bool MayFail => Trouble != Trouble.Slow;

    public override async Task Strike(Stage stage, CancellationToken cancellationToken)
    {
        await Task.Delay(After, cancellationToken);
        stage.Proxy.Mood = Trouble switch
        {
            Trouble.HangsUp => new RegistryMood { HangsUp = true },
            Trouble.Slow => new RegistryMood { Delay = TimeSpan.FromMilliseconds(700) },
            Trouble.Error => new RegistryMood { Status = 500 },
            Trouble.TooManyRequests => new RegistryMood { Status = 429, RetryAfter = 1 },
            _ => new RegistryMood { CutsBlobs = true },
        };
        try
        {
            await Task.Delay(For, cancellationToken);
        }
        finally
        {
            stage.Proxy.Mood = RegistryMood.Well;
        }
    }
}
