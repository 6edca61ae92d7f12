using AutoDeploy.Ports;

namespace AutoDeploy.Deployments.Rollouts;

/// <summary>
/// Brings a service to a version on one kind of engine. This is the seam for other kinds: Docker's single host has
/// <see cref="SlotRollout"/>; a Swarm or Kubernetes cluster brings its own, chosen by <see cref="RolloutFactory"/>. Every member finds out
/// from the engine what has already happened, so that it can be repeated after a crash at any point.
/// </summary>
/// <exception cref="EngineException">Thrown by every member when the engine refuses or does not answer.</exception>
internal interface IRollout
{
    /// <summary>Brings new containers of the version and proves them. The old ones are still there afterwards.</summary>
    /// <exception cref="DeploymentFailedException">A new container is not proven.</exception>
    Task Replace(CancellationToken cancellationToken);

    /// <summary>Starts what is there of the version, and makes what is missing; touches nothing that runs.</summary>
    /// <exception cref="DeploymentFailedException">A container is not proven.</exception>
    Task Complete(CancellationToken cancellationToken);

    /// <summary>Takes back what <see cref="Replace"/> or <see cref="Complete"/> did: the old containers serve as before.</summary>
    Task GoBack(CancellationToken cancellationToken);

    /// <summary>Removes the old containers; those that still run are stopped first, after clients have left them.</summary>
    Task Retire(CancellationToken cancellationToken);

    /// <summary>Removes the volumes that neither the new version nor one that can be gone back to has.</summary>
    /// <returns>What could not be removed yet, in a sentence; null: nothing.</returns>
    Task<string?> RemoveOldVolumes(CancellationToken cancellationToken);

    /// <summary>Removes the volumes that were made for the new version, or for one before it that did not come to run either.</summary>
    /// <returns>What could not be removed yet, in a sentence; null: nothing.</returns>
    Task<string?> RemoveNewVolumes(CancellationToken cancellationToken);

    /// <summary>Stops the old containers and keeps them.</summary>
    Task StopOld(CancellationToken cancellationToken);

    /// <summary>Starts new containers again that served and are down by no fault of theirs.</summary>
    Task RestartNew(CancellationToken cancellationToken);

    /// <summary>Removes the containers that are more than the service wants.</summary>
    Task RemoveSurplus(CancellationToken cancellationToken);

    /// <summary>Gives new containers their final names; where somebody else has one, the container keeps the name that it has.</summary>
    Task Rename(CancellationToken cancellationToken);

    /// <summary>Stops all containers of the service.</summary>
    Task Stop(CancellationToken cancellationToken);

    /// <summary>Removes all containers of the service, and lets its volumes go: at once, or when their time is over.</summary>
    /// <returns>What could not be removed yet, in a sentence; null: nothing.</returns>
    Task<string?> Terminate(CancellationToken cancellationToken);

    /// <summary>The new containers as they are now.</summary>
    Task<IReadOnlyList<EngineContainer>> ListNew(CancellationToken cancellationToken);

    /// <summary>Writes the last lines of a container's output to the deployment's log.</summary>
    Task LogLastLines(EngineContainer container, CancellationToken cancellationToken);

    /// <summary>Tells those who ask meanwhile how many new containers are proven.</summary>
    void ReportProven(int containers);

    /// <summary>Runs a command of the service's in a container of the new version; once, also when a resumed run asks again.</summary>
    /// <param name="command">Which.</param>
    /// <param name="stop">Ends the wait for it.</param>
    /// <param name="cancellationToken">Ends everything.</param>
    /// <returns>What was wrong, in a sentence; null: it ended well.</returns>
    Task<string?> RunCommand(ServiceCommand command, CancellationToken stop, CancellationToken cancellationToken);

    /// <summary>Removes what commands have left.</summary>
    Task RemoveCommands(CancellationToken cancellationToken);
}
