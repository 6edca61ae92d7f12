using System.Net;
using AutoDeploy.Chaos.Tests.Plan;
using AutoDeploy.Testing;

namespace AutoDeploy.Chaos.Tests.Running;

/// <summary>
/// Asks something of a service as a person does, who tries again while something else goes on, and gives up after a while.
/// </summary>
public static class PersonDriver
{
    private const double Patience = 20;

    /// <summary>What was set has to be carried out, too.</summary>
    private const double PatienceToScale = 90;

    public static async Task Do(PersonAction personAction, ServiceDriver service, ApiDriver apiDriver, CancellationToken cancellationToken)
    {
        if (personAction.Verb == ServiceVerb.Scale)
            await apiDriver.Insist(HttpMethod.Patch, service.Path, new { target_num_containers = personAction.Containers });
        var verb = personAction.Verb.ToString().ToLowerInvariant();
        var deadline = UptimeClock.Now + (personAction.Verb == ServiceVerb.Scale ? PatienceToScale : Patience);
        while (UptimeClock.Now < deadline)
        {
            if (await apiDriver.Try(HttpMethod.Post, service.Path + verb + "/") is { } answer)
            {
                // an earlier try may have been heard, though its answer was lost
                if (answer.Status == HttpStatusCode.Accepted || await WasHeard(personAction, service))
                    return;
                if (answer.Status != HttpStatusCode.Conflict && (int)answer.Status < 500)
                    apiDriver.Bad.Enqueue($"{personAction}: {(int)answer.Status} {answer.Body}");
                if (
                    await service.State() is "Running" or "Stopped" or "Not running"
                    && answer.Status == HttpStatusCode.Conflict
                    && !answer.Body.Contains("goes on", StringComparison.Ordinal)
                )
                    return;
            }

            await Task.Delay(100, cancellationToken);
        }
    }

    private static async Task<bool> WasHeard(PersonAction personAction, ServiceDriver service) =>
        (await service.NewActions()).Any(action =>
            (bool)action["is_user_action"]! && (string)action["action"]! == $"Service {personAction.Verb}"
        );
}
