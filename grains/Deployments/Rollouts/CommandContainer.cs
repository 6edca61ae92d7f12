using AutoDeploy.Ports;

namespace AutoDeploy.Deployments.Rollouts;

/// <summary>
/// Runs a command of the service's in a container of its own, made of the new image as the service's containers are, and removes it. The
/// container has a name by which a resumed run finds it, so that the command is not run twice, unless the engine went away with it.
/// </summary>
/// <param name="context">Of the run.</param>
/// <param name="containers">The host.</param>
/// <param name="spec">How a container with that name is made that runs that command.</param>
internal sealed class CommandContainer(
    DeploymentContext context,
    IContainerEngine containers,
    Func<string, string, CancellationToken, Task<ContainerSpec>> spec
)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>The last lines of its output that go into the log.</summary>
    private const int MaxLastLines = 200;

    private readonly IEngine _engine = context.Engine;

    /// <summary>Runs the command to its end. Its container is there until <see cref="Remove"/>.</summary>
    /// <returns>What was wrong, in a sentence; null: it ended well.</returns>
    /// <exception cref="DeploymentFailedException">Somebody removed its container.</exception>
    public async Task<string?> Run(ServiceCommand command, CancellationToken stop, CancellationToken cancellationToken)
    {
        var (what, name, line) = Describe(command);
        var container = await _engine.Find(name, cancellationToken);
        var id = container?.Id ?? await containers.Create(await spec(name, line, cancellationToken), cancellationToken);
        var isRepeated = context.EngineWasAway && container is { IsUp: false, ExitCode: not 0 };
        if (isRepeated || container is null or { State: EngineContainerState.Created })
        {
            await context.Log($"Running {what}{(isRepeated ? " again" : "")}: {line}");
            await containers.Start(id, cancellationToken);
        }

        var ended = await WaitForEnd(id, stop);
        if (ended.ExitCode != 0)
            await _engine.ThrowIfShuttingDown(cancellationToken);
        foreach (var output in await _engine.ReadLogs(id, MaxLastLines, cancellationToken))
            await context.Log($"  | {output}");
        return ended.OutOfMemory ? $"{what} ran out of memory."
            : ended.Error.Length > 0 ? $"{what} could not be started: {ended.Error.TrimEnd('.')}."
            : ended.ExitCode != 0 ? $"{what} exited with code {ended.ExitCode}."
            : null;
    }

    /// <summary>Removes the containers of both commands.</summary>
    public async Task Remove(CancellationToken cancellationToken)
    {
        foreach (var (_, name, line) in Enum.GetValues<ServiceCommand>().Select(Describe))
            if (line.Length > 0 && await _engine.Find(name, cancellationToken) is { } left)
                await containers.Remove(left.Id, cancellationToken);
    }

    private (string What, string Name, string Line) Describe(ServiceCommand command)
    {
        var (service, deploymentId) = (context.Service, context.Deployment.Uuid);
        return command == ServiceCommand.PreDeploy
            ? ("pre_deploy", ContainerNames.OfCommand(service.Name, "pre", deploymentId), service.Settings.PreDeploy)
            : ("post_deploy", ContainerNames.OfCommand(service.Name, "post", deploymentId), service.Settings.PostDeploy);
    }

    private async Task<EngineContainer> WaitForEnd(string id, CancellationToken cancellationToken)
    {
        while (true)
        {
            var container =
                await _engine.Find(id, cancellationToken)
                ?? throw new DeploymentFailedException("The command's container was removed by somebody.");
            if (!container.IsUp && container.State != EngineContainerState.Created)
                return container;
            await Task.Delay(PollInterval, context.Tools.Time, cancellationToken);
        }
    }
}
