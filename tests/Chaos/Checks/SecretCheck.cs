using AutoDeploy.Chaos.Tests.Running;

namespace AutoDeploy.Chaos.Tests.Checks;

/// <summary>
/// No secret is in what our process writes, in the logs of actions, or in its arguments; see <see cref="ApiDriver"/> for its answers.
/// </summary>
public sealed class SecretCheck : ICheck
{
    public async Task<IReadOnlyList<string>> ListViolations(RoundEvidence evidence)
    {
        List<(string Where, string Text)> texts =
        [
            ("the process's output", evidence.Stage.App.Output),
            ("the process's arguments", await File.ReadAllTextAsync($"/proc/{evidence.Stage.App.ProcessId}/cmdline")),
        ];
        foreach (var actor in evidence.Actors)
        foreach (var action in actor.Actions)
            texts.Add(($"the log of {action["uuid"]}", await actor.Actor.Log(action)));
        foreach (var list in (string[])["hook", "registry"])
            texts.Add(($"the list of {list}", await evidence.Stage.Api.Text($"/api/app/v1/{list}/")));
        return
        [
            .. from text in texts
            from secret in evidence.Stage.Secrets.All
            where text.Text.Contains(secret, StringComparison.Ordinal)
            select $"a secret is in {text.Where}",
        ];
    }
}
