using AutoDeploy.Ports;
using AutoDeploy.Upkeep;

namespace AutoDeploy.Silo;

/// <summary>Whether a process can work: asks everything that it needs, at once.</summary>
public sealed class ReadinessCheck(ILedger ledger, KnownEngines engines, IGrainFactory grains, TimeProvider time)
{
    private const string Ok = "ok";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public async Task<Readiness> Look(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var ledgerAnswer = Answer(ledger.Ping, either.Token);
        // any grain will do: this one has nothing to do under such a name
        var clusterAnswer = Answer(_ => grains.GetGrain<IUpkeepGrain>("ready").Keep(), either.Token);
        var names = await engines.LastNames(either.Token);
        var answers = await Task.WhenAll(names.Select(name => Answer(token => Ping(name, token), either.Token)));
        cancellationToken.ThrowIfCancellationRequested();

        // one engine that is away is no reason to send everybody elsewhere
        var engine = Array.Find(answers, answer => answer == Ok) ?? "does not answer";
        return new Readiness(await ledgerAnswer, engine, await clusterAnswer)
        {
            Engines = names.Zip(answers).ToDictionary(pair => pair.First, pair => pair.Second),
        };
    }

    private async Task Ping(string name, CancellationToken cancellationToken)
    {
        if (!await engines.Answers(name, cancellationToken))
            throw new EngineException(EngineFault.Unreachable, $"The engine {name} does not answer.");
    }

    private static async Task<string> Answer(Func<CancellationToken, Task> ping, CancellationToken cancellationToken)
    {
        try
        {
            await ping(cancellationToken).WaitAsync(cancellationToken);
            return Ok;
        }
        catch (Exception)
        {
            return "does not answer";
        }
    }
}

/// <summary>Each is "ok" or "does not answer".</summary>
/// <param name="Engine">An engine answers.</param>
/// <param name="Cluster">The silos: a grain could be called.</param>
public sealed record Readiness(string Ledger, string Engine, string Cluster)
{
    /// <summary>Each engine by its name.</summary>
    public required IReadOnlyDictionary<string, string> Engines { get; init; }

    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsReady => (Ledger, Engine, Cluster) is ("ok", "ok", "ok");
}
