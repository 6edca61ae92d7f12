using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AutoDeploy.Chaos.Tests.Model;
using AutoDeploy.Chaos.Tests.Plan;

namespace AutoDeploy.Chaos.Tests.Running;

/// <summary>A round when all is at rest: what was done and what is there, for the checks.</summary>
public sealed record Scene(Stage Stage, Round Round)
{
    public required IReadOnlyList<Sent> Sent { get; init; }

    public required IReadOnlyList<ActorScene> Actors { get; init; }

    /// <summary>All at the engine that carry our labels.</summary>
    public required IReadOnlyList<Container> Containers { get; init; }
}

/// <summary>One service of a scene.</summary>
/// <param name="Service">As the API shows it.</param>
/// <param name="Actions">Of this round, oldest first.</param>
/// <param name="Verdicts">Of this round's pushes, oldest first.</param>
public sealed record ActorScene(Actor Actor, JsonNode Service, IReadOnlyList<JsonNode> Actions, IReadOnlyList<JsonNode> Verdicts)
{
    public string State => (string)Service["state"]!;

    public Standing After(IReadOnlyList<Sent> sent) => new(
        (string)Service["current_version"]!["digest"]!,
        sent.LastOrDefault(one => one.Repository == Actor.Part.Repository)?.Digest ?? Actor.Standing.Tag,
        State is "Running" or "Partly running");

    public Story Story(Scene scene) => new()
    {
        Part = Actor.Part,
        Before = Actor.Standing,
        After = After(scene.Sent),
        Pushes = [.. scene.Sent.Where(sent => sent.Repository == Actor.Part.Repository).Select(sent => new PushFact(sent.Digest, sent.Good))],
        Reversed = scene.Sent.Any(sent => sent.Repository == Actor.Part.Repository && sent.Reversed),
        Verdicts = [.. Verdicts.Select(verdict => new VerdictFact(
            (string)verdict["push"]!["pusher"]!, (string)verdict["push"]!["digest"]!, (string)verdict["reason"]!, (string?)verdict["action"]))],
        Actions = [.. Actions.Select(action => new ActionFact(
            (string)action["uuid"]!, (string)action["action"]!, (string)action["state"]!, (string?)action["cause"]!["push"],
            (bool)action["is_user_action"]!, (string?)action["digest"], (string)action["result"]!))],
        Broken = scene.Stage.Images.Broken,
        MayFail = scene.Round.Faults.Any(fault => fault.MayFail),
    };
}
