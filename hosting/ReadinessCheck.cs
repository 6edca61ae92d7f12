using AutoDeploy.Jobs;
using AutoDeploy.Ports;

namespace AutoDeploy.Hosting;

/// <summary>Checks whether the process is ready: queries all its dependencies concurrently.</summary>
public sealed class ReadinessCheck(ILedger ledger, EngineDirectory engines, IGrainFactory grains, TimeProvider time)
{
    private const string Ok = "ok";

    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(3);

    public async Task<Readiness> Check(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(CheckTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var ledgerAnswer = TryPing(ledger.Ping, either.Token);
        // any grain will do; under this key it does nothing
        var clusterAnswer = TryPing(_ => grains.GetGrain<ISingletonJobGrain>("ready").Ensure(), either.Token);
        var names = await engines.ListLastNames(either.Token);
        var answers = await Task.WhenAll(names.Select(name => TryPing(token => Ping(name, token), either.Token)));
        cancellationToken.ThrowIfCancellationRequested();

        // one unavailable engine must not make the process unready
        var engine = Array.Find(answers, answer => answer == Ok) ?? "does not answer";
        return new Readiness(await ledgerAnswer, engine, await clusterAnswer)
        {
            Engines = names.Zip(answers).ToDictionary(pair => pair.First, pair => pair.Second),
        };
    }

    private async Task Ping(string name, CancellationToken cancellationToken)
    {
        if (!await engines.IsReachable(name, cancellationToken))
            throw new EngineException(EngineFault.Unreachable, $"The engine {name} does not answer.");
    }

    private static async Task<string> TryPing(Func<CancellationToken, Task> ping, CancellationToken cancellationToken)
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
