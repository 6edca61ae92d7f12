using AutoDeploy.Containers.Docker;
using AutoDeploy.Ports;
using Docker.DotNet;
using Api = Docker.DotNet.Models;

namespace AutoDeploy.Containers;

public sealed partial class DockerEngine
{
    public async Task<IReadOnlyList<EngineContainer>> List(Guid? serviceId, CancellationToken cancellationToken)
    {
        var label = serviceId is null ? ContainerLabelNames.Service : $"{ContainerLabelNames.Service}={serviceId}";
        var found = await _docker.Execute(
            client =>
                client.Containers.ListContainersAsync(
                    new Api.ContainersListParameters { All = true, Filters = Filter(("label", label)) },
                    cancellationToken
                ),
            cancellationToken
        );

        // the list lacks aliases, exit codes and times: each container has to be looked at
        using var atOnce = new SemaphoreSlim(8);
        var containers = await Task.WhenAll(
            found.Select(async item =>
            {
                await atOnce.WaitAsync(cancellationToken);
                try
                {
                    return await Find(item.ID, cancellationToken);
                }
                finally
                {
                    atOnce.Release();
                }
            })
        );
        return
        [
            .. containers
                .OfType<EngineContainer>()
                .Where(container => container.Labels.Slot > 0)
                .OrderBy(container => container.Labels.Slot)
                .ThenBy(container => container.Name, StringComparer.Ordinal),
        ];
    }

    public async Task<EngineContainer?> Find(string id, CancellationToken cancellationToken)
    {
        var answer = await Inspect(id, cancellationToken);
        return answer is not null && await IsOwn(answer, cancellationToken) ? ContainerInspectReader.Read(answer, _network.Name) : null;
    }

    public async Task<string> Create(ContainerSpec spec, CancellationToken cancellationToken)
    {
        await MakeVolumes(spec, cancellationToken);
        var hasPorts = !spec.HostNetwork && spec.Ports.Any(port => port.Published);
        if (!spec.HostNetwork)
            await _network.Ensure(cancellationToken);
        if (hasPorts)
            await _network.EnsurePorts(cancellationToken);

        var place = spec.HostNetwork ? null : CreateEndpoint(spec.Labels.ContainerId, spec.Aliases, ContainerLabelNames.WriteLinks(spec));
        var body =
            spec.HostNetwork ? CreateContainerRequestFactory.From(spec, "host", null, _ownContainers.Sign, _defaultLogging)
            : hasPorts ? CreateContainerRequestFactory.From(spec, ServiceNetwork.PortsNetwork, null, _ownContainers.Sign, _defaultLogging)
            : CreateContainerRequestFactory.From(spec, _network.Name, place, _ownContainers.Sign, _defaultLogging);
        string id;
        try
        {
            id = (await _docker.Execute(client => client.Containers.CreateContainerAsync(body, cancellationToken), cancellationToken)).ID;
        }
        catch (EngineException e) when (e.Fault == EngineFault.Conflict)
        {
            id = await FindOwnWithName(spec, e, cancellationToken);
            hasPorts =
                hasPorts
                && await Inspect(id, cancellationToken) is { } answer
                && ContainerInspectReader.Endpoint(answer, _network.Name) is null;
        }
        catch (EngineException e) when (e.Fault == EngineFault.NotFound && e.InnerException is DockerImageNotFoundException)
        {
            throw new EngineException(e.Fault, $"The engine does not have the image {body.Image}; it has to be pulled or built first.", e);
        }

        _ownContainers.Add(id, spec.Labels.ServiceId);
        if (hasPorts)
            await Connect(id, place!, cancellationToken);
        return id;
    }

    public async Task Start(string id, CancellationToken cancellationToken)
    {
        await EnsureOwn(id, cancellationToken);
        for (var attempt = 1; ; attempt++)
            try
            {
                await _docker.Execute(client => client.Containers.StartContainerAsync(id, null, cancellationToken), cancellationToken);
                return;
            }
            catch (EngineException e) when (attempt < 5 && e.InnerException is DockerApiException answer && IsAboutNetwork(answer))
            {
                await MendNetwork(id, attempt, answer, cancellationToken);
            }
    }

    public async Task Stop(string id, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            await EnsureOwn(id, cancellationToken);
            var seconds = (uint)Math.Ceiling(Math.Clamp(timeout.TotalSeconds, 0, int.MaxValue));
            if (seconds > 0)
                await _docker.Execute(
                    client =>
                        client.Containers.StopContainerAsync(
                            id,
                            new Api.ContainerStopParameters { WaitBeforeKillSeconds = seconds },
                            cancellationToken
                        ),
                    cancellationToken
                );
            else
                await _docker.Execute(
                    client =>
                        client.Containers.KillContainerAsync(id, new Api.ContainerKillParameters { Signal = "SIGKILL" }, cancellationToken),
                    cancellationToken
                );
        }
        catch (EngineException e) when (e.Fault == EngineFault.NotFound || (e.Fault == EngineFault.Conflict && timeout <= TimeSpan.Zero))
        {
            // gone, or (when killed) not running
        }
    }

    public async Task Remove(string id, CancellationToken cancellationToken)
    {
        while (true)
            try
            {
                await EnsureOwn(id, cancellationToken);
                await _docker.Execute(
                    client =>
                        client.Containers.RemoveContainerAsync(id, new Api.ContainerRemoveParameters { Force = true }, cancellationToken),
                    cancellationToken
                );
                await _ownContainers.Forget(id, cancellationToken);
                return;
            }
            catch (EngineException e) when (e.Fault == EngineFault.NotFound)
            {
                await _ownContainers.Forget(id, cancellationToken);
                return;
            }
            catch (EngineException e)
                when (e.Fault == EngineFault.Conflict && e.Message.Contains("already in progress", StringComparison.Ordinal))
            {
                // somebody else removes it: it is removed when it is gone
                await Task.Delay(TimeSpan.FromMilliseconds(50), _time, cancellationToken);
            }
    }

    public async Task<bool> Rename(string id, string name, CancellationToken cancellationToken)
    {
        await EnsureOwn(id, cancellationToken);
        try
        {
            await _docker.Execute(
                client =>
                    client.Containers.RenameContainerAsync(id, new Api.ContainerRenameParameters { NewName = name }, cancellationToken),
                cancellationToken
            );
            return true;
        }
        catch (EngineException e) when (e.InnerException is DockerApiException and not DockerContainerNotFoundException)
        {
            // the same name again is refused, too
            var now = await Find(id, cancellationToken);
            if (now?.Name == name)
                return true;
            if (e.Fault == EngineFault.Conflict)
                return false;
            throw;
        }
    }

    private Task<Api.ContainerInspectResponse?> Inspect(string id, CancellationToken cancellationToken) =>
        _docker.Find(client => client.Containers.InspectContainerAsync(id, cancellationToken), cancellationToken);

    /// <summary>The container that has the name already, if it is the one that is to be made.</summary>
    private async Task<string> FindOwnWithName(ContainerSpec spec, EngineException conflict, CancellationToken cancellationToken)
    {
        var holder = await Inspect(spec.Name, cancellationToken);
        if (holder is null)
            throw conflict;
        if (
            ContainerLabelNames.Read(holder.Config?.Labels) is { } labels
            && labels.DeploymentId == spec.Labels.DeploymentId
            && labels.ServiceId == spec.Labels.ServiceId
            && await IsOwn(holder, cancellationToken)
        )
            return holder.ID;
        throw new EngineException(
            EngineFault.Conflict,
            $"The name \"{spec.Name}\" is taken by the container {holder.ID[..12]} of the image {holder.Config?.Image}.",
            conflict
        );
    }

    private Task<bool> IsOwn(Api.ContainerInspectResponse container, CancellationToken cancellationToken) =>
        _ownContainers.Has(container.ID, container.Name.TrimStart('/'), container.Config?.Labels, isThere: true, cancellationToken);

    /// <summary>Only AutoDeploy's own containers are changed.</summary>
    private async Task EnsureOwn(string id, CancellationToken cancellationToken)
    {
        if (_ownContainers.IsKnown(id))
            return;
        var answer = await _docker.Execute(client => client.Containers.InspectContainerAsync(id, cancellationToken), cancellationToken);
        if (!await IsOwn(answer, cancellationToken))
            throw new EngineException(
                EngineFault.Refused,
                $"The container {answer.Name.TrimStart('/')} was not made by AutoDeploy and is left alone."
            );
    }
}
