using AutoDeploy.Ports;
using Microsoft.Extensions.Logging;
using Api = Docker.DotNet.Models;

namespace AutoDeploy.Containers.Docker;

/// <summary>
/// Manages the bridge network of the services. It has an explicit subnet, because only then can a container keep its address when it is
/// attached again. Docker assigns the lower half, AutoDeploy the upper half.
/// </summary>
internal sealed partial class ServiceNetwork(DockerConnection docker, string name, string? self, ILogger logger) : IDisposable
{
    /// <summary>
    /// Containers with ports on the host have a second network that carries those ports, because moving a DNS name detaches a container
    /// from the service network for a moment. Docker binds ports to the network whose name sorts first: this one must sort before ours.
    /// </summary>
    public const string PortsNetwork = "auto-deploy-ports";

    private const string Label = "autodeploy";
    private const string LookupLabel = "autodeploy.finding";

    private readonly SemaphoreSlim _creating = new(1, 1);
    private readonly HashSet<string> _ready = [];
    private SubnetAddress? _subnetAddress;

    /// <summary>The container that this process runs in, as its machine is called there; null: in none.</summary>
    public static readonly string? OwnContainer = File.Exists("/.dockerenv") ? Environment.MachineName : null;

    public string Name => name;

    private string FindingName => name + "-finding-";

    /// <summary>Makes the network if it is missing; asks the engine only the first time.</summary>
    public Task Ensure(CancellationToken cancellationToken) => Ensure(name, FindOwn, cancellationToken);

    /// <summary>As <see cref="Ensure(CancellationToken)"/>, for the network that carries ports.</summary>
    public Task EnsurePorts(CancellationToken cancellationToken) => Ensure(PortsNetwork, FindPorts, cancellationToken);

    /// <summary>Somebody removed it.</summary>
    public void Forget()
    {
        lock (_ready)
            _ready.Clear();
    }

    /// <summary>
    /// The address that a container is to have: always the same for the same uuid, so that an interrupted move can be finished.
    /// Null where Docker is to choose.
    /// </summary>
    /// <param name="containerId">The container's uuid.</param>
    /// <param name="attempt">How many addresses turned out to be taken.</param>
    public string? PickAddress(Guid containerId, int attempt) =>
        attempt < 3 ? _subnetAddress?.Pick(containerId, attempt)?.ToString() : null;

    public void Dispose() => _creating.Dispose();

    private async Task Ensure(string network, Func<CancellationToken, Task> find, CancellationToken cancellationToken)
    {
        if (IsReady(network))
            return;
        await _creating.WaitAsync(cancellationToken);
        try
        {
            if (IsReady(network))
                return;
            await find(cancellationToken);
            lock (_ready)
                _ready.Add(network);
        }
        finally
        {
            _creating.Release();
        }
    }

    private bool IsReady(string network)
    {
        lock (_ready)
            return _ready.Contains(network);
    }

    private async Task FindOwn(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await Oldest(name, cancellationToken) is { } network)
            {
                // a network that was there before us is used as it is
                var pool = network.IPAM?.Config?.FirstOrDefault();
                _subnetAddress = IsOurs(network) && !string.IsNullOrEmpty(pool?.IPRange) ? SubnetAddress.Parse(pool!.Subnet) : null;
                await Join(network.ID, cancellationToken);
                return;
            }

            var subnetAddress = await FindFreeSubnet(cancellationToken);
            try
            {
                await Create(name, subnetAddress, cancellationToken);
            }
            catch (EngineException e) when (attempt < 5 && e.Fault is EngineFault.Refused or EngineFault.Conflict)
            {
                LogTriesAgain(name, e.Message); // somebody took the subnet or the name in between
            }
        }
    }

    /// <summary>
    /// A process in a container reaches the containers of services, for their health checks, only when it is on their network, too. On an
    /// engine that does not have its container, nothing happens.
    /// </summary>
    private async Task Join(string network, CancellationToken cancellationToken)
    {
        if (
            self is null
            || await docker.Find(client => client.Containers.InspectContainerAsync(self, cancellationToken), cancellationToken)
                is not { } container
            || container.HostConfig?.NetworkMode is "host" or "none"
            || container.NetworkSettings?.Networks?.ContainsKey(name) == true
        )
            return;
        try
        {
            await docker.Execute(
                client =>
                    client.Networks.ConnectNetworkAsync(
                        network,
                        new Api.NetworkConnectParameters { Container = container.ID },
                        cancellationToken
                    ),
                cancellationToken
            );
            LogJoined(name);
        }
        catch (EngineException e) when (e.Fault is EngineFault.Refused or EngineFault.Conflict)
        {
            LogNotJoined(name, e.Message);
        }
    }

    private async Task FindPorts(CancellationToken cancellationToken)
    {
        if (await Oldest(PortsNetwork, cancellationToken) is not null)
            return;
        try
        {
            await Create(PortsNetwork, null, cancellationToken);
        }
        catch (EngineException e) when (e.Fault is EngineFault.Conflict)
        {
            // made by somebody else in between
        }
    }

    private async Task Create(string network, SubnetAddress? subnetAddress, CancellationToken cancellationToken)
    {
        var made = await docker.Execute(
            client =>
                client.Networks.CreateNetworkAsync(
                    new Api.NetworksCreateParameters
                    {
                        Name = network,
                        Driver = "bridge",
                        Labels = new Dictionary<string, string> { [Label] = "true" },
                        IPAM = subnetAddress is null
                            ? null
                            : new Api.IPAM
                            {
                                Driver = "default",
                                Config =
                                [
                                    new Api.IPAMConfig
                                    {
                                        Subnet = subnetAddress.ToString(),
                                        IPRange = subnetAddress.LowerHalf,
                                        Gateway = subnetAddress.Gateway,
                                    },
                                ],
                            },
                    },
                    cancellationToken
                ),
            cancellationToken
        );

        if (await KeepOne(network, cancellationToken) == made.ID)
            LogMade(network, subnetAddress?.ToString() ?? "a subnet of Docker's choice");
    }

    /// <summary>
    /// Old daemons make a second network of the same name. The oldest stays, and all others of ours go, whoever made them: a daemon may
    /// show a younger one before an older one, whose maker then is the only one to see both. One that containers are on already stays in
    /// the oldest's place.
    /// </summary>
    /// <returns>The id of the one that stays.</returns>
    private async Task<string?> KeepOne(string network, CancellationToken cancellationToken)
    {
        var all = await All(network, cancellationToken);
        var stays = all.FirstOrDefault();
        foreach (var other in all.Skip(1).Where(IsOurs))
            if (!await Delete(other.ID, cancellationToken) && IsOurs(stays!) && await Delete(stays!.ID, cancellationToken))
                stays = other;
        return stays?.ID;
    }

    /// <summary>Lets Docker choose a subnet, by its own settings and clear of the host's routes, and takes that one.</summary>
    private async Task<SubnetAddress> FindFreeSubnet(CancellationToken cancellationToken)
    {
        await RemoveLeftovers(cancellationToken);
        var made = await docker.Execute(
            client =>
                client.Networks.CreateNetworkAsync(
                    new Api.NetworksCreateParameters
                    {
                        Name = $"{FindingName}{Guid.NewGuid():n}",
                        Driver = "bridge",
                        Labels = new Dictionary<string, string> { [LookupLabel] = "true" },
                    },
                    cancellationToken
                ),
            cancellationToken
        );
        try
        {
            var network = await docker.Execute(
                client => client.Networks.InspectNetworkAsync(made.ID, cancellationToken),
                cancellationToken
            );
            return network
                    .IPAM?.Config?.Select(pool => SubnetAddress.Parse(pool.Subnet))
                    .FirstOrDefault(subnetAddress => subnetAddress is not null)
                ?? throw new EngineException(EngineFault.Refused, "The Docker engine has no free IPv4 subnet for a network.");
        }
        finally
        {
            await Delete(made.ID, CancellationToken.None);
        }
    }

    /// <summary>A process that died while it looked for a subnet left its network behind.</summary>
    private async Task RemoveLeftovers(CancellationToken cancellationToken)
    {
        var found = await docker.Execute(
            client =>
                client.Networks.ListNetworksAsync(
                    new Api.NetworksListParameters { Filters = Filter("label", LookupLabel) },
                    cancellationToken
                ),
            cancellationToken
        );
        foreach (
            var network in found.Where(network =>
                network.Name.StartsWith(FindingName, StringComparison.Ordinal) && network.Created < DateTime.UtcNow.AddMinutes(-1)
            )
        )
            await Delete(network.ID, cancellationToken);
    }

    private async Task<Api.NetworkResponse?> Oldest(string network, CancellationToken cancellationToken) =>
        (await All(network, cancellationToken)).FirstOrDefault();

    /// <summary>Oldest first.</summary>
    private async Task<IReadOnlyList<Api.NetworkResponse>> All(string network, CancellationToken cancellationToken)
    {
        var found = await docker.Execute(
            client =>
                client.Networks.ListNetworksAsync(new Api.NetworksListParameters { Filters = Filter("name", network) }, cancellationToken),
            cancellationToken
        );
        return
        [
            .. found
                .Where(candidate => candidate.Name == network) // the filter takes parts of names, too
                .OrderBy(candidate => candidate.Created)
                .ThenBy(candidate => candidate.ID, StringComparer.Ordinal),
        ];
    }

    private static bool IsOurs(Api.NetworkResponse network) => network.Labels?.ContainsKey(Label) == true;

    /// <summary>Whether it is gone; one that is in use stays.</summary>
    private async Task<bool> Delete(string id, CancellationToken cancellationToken)
    {
        try
        {
            await docker.Execute(client => client.Networks.DeleteNetworkAsync(id, cancellationToken), cancellationToken);
            return true;
        }
        catch (EngineException e) when (e.Fault is not EngineFault.Unreachable)
        {
            return e.Fault == EngineFault.NotFound;
        }
    }

    private static Dictionary<string, IDictionary<string, bool>> Filter(string kind, string value) =>
        new() { [kind] = new Dictionary<string, bool> { [value] = true } };

    [LoggerMessage(Level = LogLevel.Information, Message = "Joined network {Network} to reach the services' containers")]
    private partial void LogJoined(string network);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Failed to join network {Network}; health checks may not reach the services' containers: {Reason}"
    )]
    private partial void LogNotJoined(string network, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Created network {Network} with subnet {Subnet}")]
    private partial void LogMade(string network, string subnet);

    [LoggerMessage(Level = LogLevel.Information, Message = "Failed to create network {Network}; retrying: {Reason}")]
    private partial void LogTriesAgain(string network, string reason);
}
