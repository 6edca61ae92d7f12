using AutoDeploy.Chaos.Tests.Running;

namespace AutoDeploy.Chaos.Tests.Checks;

/// <summary>No secret is in what our process writes, in the logs of actions, or in its arguments; see <see cref="Api"/> for its answers.</summary>
public sealed class SecretCheck : ICheck
{
    public async Task<IReadOnlyList<string>> Objections(Scene scene)
    {
        List<(string Where, string Text)> texts =
        [
            ("the process's output", scene.Stage.App.Output),
            ("the process's arguments", await File.ReadAllTextAsync($"/proc/{scene.Stage.App.ProcessId}/cmdline")),
        ];
        foreach (var actor in scene.Actors)
            foreach (var action in actor.Actions)
                texts.Add(($"the log of {action["uuid"]}", await actor.Actor.Log(action)));
        foreach (var list in (string[])["hook", "registry"])
            texts.Add(($"the list of {list}", await scene.Stage.Api.Text($"/api/app/v1/{list}/")));
        return [.. from text in texts from secret in scene.Stage.Secrets.All where text.Text.Contains(secret, StringComparison.Ordinal) select $"a secret is in {text.Where}"];
    }
}
