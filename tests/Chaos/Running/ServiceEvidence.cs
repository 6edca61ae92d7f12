using System.Text.Json.Nodes;
using AutoDeploy.Chaos.Tests.Model;

namespace AutoDeploy.Chaos.Tests.Running;

/// <summary>One service of a scene.</summary>
/// <param name="Service">As the API shows it.</param>
/// <param name="Actions">Of this round, oldest first.</param>
/// <param name="Verdicts">Of this round's pushes, oldest first.</param>
public sealed record ServiceEvidence(
    ServiceDriver Actor,
    JsonNode Service,
    IReadOnlyList<JsonNode> Actions,
    IReadOnlyList<JsonNode> Verdicts
)
{
    public string State => (string)Service["state"]!;

    public ServiceSnapshot After(IReadOnlyList<SentPush> sent) =>
        new(
            (string)Service["current_version"]!["digest"]!,
            sent.LastOrDefault(one => one.Repository == Actor.Part.Repository)?.Digest ?? Actor.Standing.Tag,
            State is "Running" or "Partly running"
        );

    public Scenario Story(RoundEvidence evidence) =>
        new()
        {
            Part = Actor.Part,
            Before = Actor.Standing,
            After = After(evidence.Sent),
            Pushes =
            [
                .. evidence
                    .Sent.Where(sentPush => sentPush.Repository == Actor.Part.Repository)
                    .Select(sentPush => new PushFact(sentPush.Digest, sentPush.Good)),
            ],
            Reversed = evidence.Sent.Any(sentPush => sentPush.Repository == Actor.Part.Repository && sentPush.Reversed),
            Verdicts =
            [
                .. Verdicts.Select(verdict => new VerdictFact(
                    (string)verdict["push"]!["pusher"]!,
                    (string)verdict["push"]!["digest"]!,
                    (string)verdict["reason"]!,
                    (string?)verdict["action"]
                )),
            ],
            Actions =
            [
                .. Actions.Select(action => new ActionFact(
                    (string)action["uuid"]!,
                    (string)action["action"]!,
                    (string)action["state"]!,
                    (string?)action["cause"]!["push"],
                    (bool)action["is_user_action"]!,
                    (string?)action["digest"],
                    (string)action["result"]!
                )),
            ],
            Broken = evidence.Stage.Images.Broken,
            MayFail = evidence.Round.Faults.Any(faultAction => faultAction.MayFail),
        };
}
