using AutoDeploy.Ports;
using AutoDeploy.Upkeep;

namespace AutoDeploy.Silo;

/// <summary>Whether a process can work: asks everything that it needs, at once.</summary>
public sealed class ReadinessCheck(ILedger ledger, IEngine engine, IGrainFactory grains, TimeProvider time)
{
    private const string Ok = "ok";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public async Task<Readiness> Look(CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(
            Answer(ledger.Ping, cancellationToken),
            Answer(engine.Ping, cancellationToken),
            // any grain will do: this one has nothing to do under such a name
            Answer(_ => grains.GetGrain<IUpkeepGrain>("ready").Keep(), cancellationToken));
        return new Readiness(answers[0], answers[1], answers[2]) { IsReady = Array.TrueForAll(answers, answer => answer == Ok) };
    }

    private async Task<string> Answer(Func<CancellationToken, Task> ping, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await ping(either.Token).WaitAsync(either.Token);
            return Ok;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return "does not answer";
        }
    }
}

/// <summary>Each is "ok" or "does not answer".</summary>
/// <param name="Cluster">The silos: a grain could be called.</param>
public sealed record Readiness(string Ledger, string Engine, string Cluster)
{
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsReady { get; init; }
}
