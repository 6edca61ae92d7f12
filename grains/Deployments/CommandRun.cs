using AutoDeploy.Ports;
using AutoDeploy.Services;

namespace AutoDeploy.Deployments;

/// <summary>
/// Runs a command of the service's in a container of its own, made of the new image as the service's containers are, and removes it. The
/// container has a name by which a run that takes up again finds it, so that the command is not run twice, unless the engine went away with it.
/// </summary>
/// <param name="engineWasAway">What is down and has not ended well may have been stopped with the engine.</param>
internal sealed class CommandRun(Service service, Progress progress, DeploymentTools tools, bool engineWasAway, Func<string, string, ContainerSpec> spec)
{
    /// <summary>Between two looks.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    /// <summary>Of its output, the last so many lines go into the log.</summary>
    private const int LastLines = 200;

    private string Before => ContainerPlan.CommandName(service, "pre", progress.Deployment.Uuid);

    private string After => ContainerPlan.CommandName(service, "post", progress.Deployment.Uuid);

    /// <summary>Before containers are touched. Its container is there until <see cref="Clean"/>.</summary>
    /// <exception cref="DeploymentFailedException">It failed: so does the deployment.</exception>
    public async Task Pre(CancellationToken stop, CancellationToken cancellationToken)
    {
        if (service.Settings.PreDeploy.Length == 0)
            return;
        await progress.Towards(Steps.Pre, cancellationToken);
        if (await Run("pre_deploy", Before, service.Settings.PreDeploy, stop, cancellationToken) is { } failure)
            throw new DeploymentFailedException(failure);
    }

    /// <summary>When the new containers serve.</summary>
    /// <returns>What was wrong, in a sentence; null: nothing.</returns>
    public async Task<string?> Post(CancellationToken cancellationToken)
    {
        if (service.Settings.PostDeploy.Length == 0)
            return null;
        var failure = await Run("post_deploy", After, service.Settings.PostDeploy, cancellationToken, cancellationToken);
        return failure is null ? null : $"{failure} The new version stays.";
    }

    /// <summary>Removes what the commands left.</summary>
    public async Task Clean(CancellationToken cancellationToken)
    {
        foreach (var (command, name) in ((string, string)[])[(service.Settings.PreDeploy, Before), (service.Settings.PostDeploy, After)])
            if (command.Length > 0 && await tools.Engine.Find(name, cancellationToken) is { } left)
                await tools.Engine.Remove(left.Id, cancellationToken);
    }

    private async Task<string?> Run(string what, string name, string command, CancellationToken stop, CancellationToken cancellationToken)
    {
        var container = await tools.Engine.Find(name, cancellationToken);
        var id = container?.Id ?? await tools.Engine.Create(spec(name, command), cancellationToken);
        var again = engineWasAway && container is { Runs: false, ExitCode: not 0 };
        if (again || container is null or { State: EngineContainerState.Created })
        {
            await progress.Log($"Running {what}{(again ? " again" : "")}: {command}");
            await tools.Engine.Start(id, cancellationToken);
        }

        var ended = await Progress.Within(service.Settings.Limits.Command, $"{what} did not end", limited => End(id, limited), stop);
        if (ended.ExitCode != 0)
            await tools.Engine.ThrowIfGoing(cancellationToken);
        foreach (var line in await tools.Engine.Logs(id, LastLines, cancellationToken))
            await progress.Log($"  | {line}");
        return ended.OutOfMemory ? $"{what} ran out of memory."
            : ended.Error.Length > 0 ? $"{what} could not be started: {ended.Error.TrimEnd('.')}."
            : ended.ExitCode != 0 ? $"{what} exited with code {ended.ExitCode}."
            : null;
    }

    private async Task<EngineContainer> End(string id, CancellationToken cancellationToken)
    {
        while (true)
        {
            var container = await tools.Engine.Find(id, cancellationToken)
                ?? throw new DeploymentFailedException("The command's container was removed by somebody.");
            if (!container.Runs && container.State != EngineContainerState.Created)
                return container;
            await Task.Delay(Pace, tools.Time, cancellationToken);
        }
    }
}
