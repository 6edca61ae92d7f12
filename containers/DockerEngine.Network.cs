using AutoDeploy.Containers.Docker;
using AutoDeploy.Ports;
using Docker.DotNet;
using Microsoft.Extensions.Logging;
using Api = Docker.DotNet.Models;

namespace AutoDeploy.Containers;

public sealed partial class DockerEngine
{
    public Task Expose(string id, IReadOnlyList<string> aliases, CancellationToken cancellationToken) =>
        Move(id, now => [.. now.Union(aliases)], cancellationToken);

    public Task Withdraw(string id, IReadOnlyList<string> aliases, CancellationToken cancellationToken) =>
        Move(id, now => [.. now.Except(aliases)], cancellationToken);

    /// <summary>
    /// Docker changes DNS names only by detaching a container and attaching it again. With the same address that breaks no connection:
    /// what is sent in the gap (under 100 ms) is sent again by TCP. A container that is not attached (we died in the gap) is attached.
    /// </summary>
    private async Task Move(string id, Func<string[], string[]> change, CancellationToken cancellationToken)
    {
        await EnsureOwn(id, cancellationToken);
        var container = await _docker.Execute(client => client.Containers.InspectContainerAsync(id, cancellationToken), cancellationToken);
        if (container.HostConfig?.NetworkMode == "host")
            return;
        var endpoint = ContainerInspectReader.Endpoint(container, _network.Name);
        var before = ContainerInspectReader.Aliases(container, endpoint);
        var after = change(before);
        if (endpoint is not null && before.Length == after.Length)
            return;

        await _network.Ensure(cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();

        // not cancelled from here on: the container is detached and must be attached again
        if (endpoint is not null)
            await Disconnect(id, force: false, CancellationToken.None);
        await Attach(container, endpoint, after, CancellationToken.None);
    }

    private async Task Attach(
        Api.ContainerInspectResponse container,
        Api.EndpointSettings? before,
        string[] aliases,
        CancellationToken cancellationToken
    )
    {
        var labels = ContainerLabelNames.Read(container.Config?.Labels);
        var wanted = before?.IPAddress is { Length: > 0 } current ? current : before?.IPAMConfig?.IPv4Address;
        var links = ContainerLabelNames.ReadLinks(container.Config?.Labels);
        string?[] addresses = wanted is { Length: > 0 }
            ? [wanted, null]
            : [_network.PickAddress(labels!.ContainerId, 0), _network.PickAddress(labels.ContainerId, 1), null];
        for (var attempt = 0; ; attempt++)
            try
            {
                var place = CreateEndpoint(addresses[attempt], aliases, links);
                if (addresses[attempt] == wanted && before?.MacAddress is { Length: > 0 } mac)
                    place.MacAddress = mac; // neighbours remember it
                await Connect(container.ID, place, cancellationToken);
                return;
            }
            catch (EngineException e)
                when (attempt < addresses.Length - 1
                    && e.InnerException is DockerApiException answer
                    && IsAboutAddress(DockerErrorTranslator.GetMessage(answer))
                )
            {
                LogAddressLost(container.Name, addresses[attempt], e.Message);
            }
    }

    private async Task Connect(string id, Api.EndpointSettings place, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                await _docker.Execute(
                    client =>
                        client.Networks.ConnectNetworkAsync(
                            _network.Name,
                            new Api.NetworkConnectParameters { Container = id, EndpointConfig = place },
                            cancellationToken
                        ),
                    cancellationToken
                );
                return;
            }
            catch (EngineException e)
                when (attempt == 1
                    && e.InnerException is DockerApiException answer
                    && DockerErrorTranslator.GetMessage(answer).Contains("already exists in network", StringComparison.Ordinal)
                )
            {
                // an interrupted attempt left the endpoint behind
                await Disconnect(id, force: true, cancellationToken);
            }
            catch (EngineException e) when (attempt == 1 && e.InnerException is DockerApiException answer && IsMissingNetwork(answer))
            {
                _network.Forget();
                await _network.Ensure(cancellationToken);
            }
    }

    private async Task Disconnect(string id, bool force, CancellationToken cancellationToken)
    {
        try
        {
            await _docker.Execute(
                client =>
                    client.Networks.DisconnectNetworkAsync(
                        _network.Name,
                        new Api.NetworkDisconnectParameters { Container = id, Force = force },
                        cancellationToken
                    ),
                cancellationToken
            );
        }
        catch (EngineException e)
            when (e.InnerException is DockerApiException answer
                && DockerErrorTranslator.GetMessage(answer).Contains("is not connected to", StringComparison.Ordinal)
            )
        {
            // as wanted
        }
    }

    /// <summary>Makes a container that could not be started for its place on the network startable.</summary>
    private async Task MendNetwork(string id, int attempt, DockerApiException failure, CancellationToken cancellationToken)
    {
        if (IsMissingNetwork(failure))
        {
            _network.Forget();
            await _network.Ensure(cancellationToken);
            await _network.EnsurePorts(cancellationToken);
            return;
        }

        if (
            await Inspect(id, cancellationToken) is not { } container
            || ContainerLabelNames.Read(container.Config?.Labels) is not { } labels
        )
            return;
        _network.Forget(); // the address may be one of a network that is no more
        await _network.Ensure(cancellationToken);
        var aliases = ContainerInspectReader.Aliases(container, ContainerInspectReader.Endpoint(container, _network.Name));
        await Disconnect(id, force: false, CancellationToken.None);
        var place = CreateEndpoint(
            _network.PickAddress(labels.ContainerId, attempt),
            aliases,
            ContainerLabelNames.ReadLinks(container.Config?.Labels)
        );
        await Connect(id, place, CancellationToken.None);
    }

    private Api.EndpointSettings CreateEndpoint(Guid containerId, IEnumerable<string> aliases, IEnumerable<string> links) =>
        CreateEndpoint(_network.PickAddress(containerId, 0), aliases, links);

    private static Api.EndpointSettings CreateEndpoint(string? address, IEnumerable<string> aliases, IEnumerable<string> links) =>
        new()
        {
            IPAMConfig = address is null ? null : new Api.EndpointIPAMConfig { IPv4Address = address },
            Aliases = [.. aliases],
            Links = [.. links],
        };

    private static bool IsAboutNetwork(DockerApiException answer) =>
        IsMissingNetwork(answer) || IsAboutAddress(DockerErrorTranslator.GetMessage(answer));

    private static bool IsMissingNetwork(DockerApiException answer) =>
        DockerErrorTranslator.GetMessage(answer) is var words
        && words.Contains("network ", StringComparison.Ordinal)
        && words.Contains("not found", StringComparison.Ordinal);

    private static bool IsAboutAddress(string words) =>
        DockerErrorTranslator.IsTakenAddress(words)
        || words.Contains("user specified IP address", StringComparison.Ordinal)
        || words.Contains("user configured subnet", StringComparison.Ordinal)
        || words.Contains("no configured subnet", StringComparison.Ordinal)
        || words.Contains("does not belong to any of this network", StringComparison.Ordinal)
        || words.Contains("out of range", StringComparison.OrdinalIgnoreCase);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Failed to restore address {Address} of container {Container}: {Reason}")]
    private partial void LogAddressLost(string container, string? address, string reason);
}
