using System.Net;
using AutoDeploy.Chaos.Tests.Plan;
using AutoDeploy.Testing;

namespace AutoDeploy.Chaos.Tests.Running;

/// <summary>Asks something of a service as a person does, who tries again while something else goes on, and gives up after a while.</summary>
public static class Person
{
    private const double Patience = 20;

    /// <summary>What was set has to be carried out, too.</summary>
    private const double PatienceToScale = 90;

    public static async Task Do(Ask ask, Actor actor, Api api, CancellationToken cancellationToken)
    {
        if (ask.Verb == Verb.Scale)
            await api.Insist(HttpMethod.Patch, actor.Path, new { target_num_containers = ask.Containers });
        var verb = ask.Verb.ToString().ToLowerInvariant();
        var deadline = Uptime.Now + (ask.Verb == Verb.Scale ? PatienceToScale : Patience);
        while (Uptime.Now < deadline)
        {
            if (await api.Try(HttpMethod.Post, actor.Path + verb + "/") is { } answer)
            {
                // an earlier try may have been heard, though its answer was lost
                if (answer.Status == HttpStatusCode.Accepted || await WasHeard(ask, actor))
                    return;
                if (answer.Status != HttpStatusCode.Conflict && (int)answer.Status < 500)
                    api.Bad.Enqueue($"{ask}: {(int)answer.Status} {answer.Body}");
                if (await actor.State() is "Running" or "Stopped" or "Not running" && answer.Status == HttpStatusCode.Conflict && !answer.Body.Contains("goes on", StringComparison.Ordinal))
                    return;
            }

            await Task.Delay(100, cancellationToken);
        }
    }

    private static async Task<bool> WasHeard(Ask ask, Actor actor) =>
        (await actor.NewActions()).Any(action => (bool)action["is_user_action"]! && (string)action["action"]! == $"Service {ask.Verb}");
}
