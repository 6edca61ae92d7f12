using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AutoDeploy.Hosting.Health;

/// <summary>
/// An engine answers: one that is away is no reason to send everybody elsewhere. The data says of each engine, by its name, whether it
/// does.
/// </summary>
internal sealed class EngineReadinessCheck(EngineDirectory engines) : IHealthCheck
{
    public const string Name = "engine";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var names = await engines.ListLastNames(cancellationToken);
        var answers = await Task.WhenAll(names.Select(name => Answers(name, cancellationToken)));
        var data = names.Zip(answers).ToDictionary(pair => pair.First, object (pair) => pair.Second);
        return answers.Contains(true) ? HealthCheckResult.Healthy(data: data) : HealthCheckResult.Unhealthy(data: data);
    }

    /// <summary>One that does not answer in time is known as such, with what the others have answered.</summary>
    private async Task<bool> Answers(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await engines.IsReachable(name, cancellationToken).WaitAsync(cancellationToken);
        }
        catch (Exception)
        {
            return false;
        }
    }
}
