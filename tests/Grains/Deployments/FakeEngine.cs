using System.Runtime.CompilerServices;
using AutoDeploy.Ports;
using AutoDeploy.Sources;

namespace AutoDeploy.Grains.Tests.Deployments;

/// <summary>One Docker host in memory: containers, their names and aliases, images.</summary>
internal sealed class FakeEngine(FaultPlan faults, TimeProvider time) : IEngine, IContainerEngine, IImageBuilder
{
    private readonly List<EngineContainer> _containers = [];
    private readonly Dictionary<string, ContainerSpec> _specs = [];
    private int _created;

    public HashSet<string> Images { get; } = [];

    public HashSet<string> Volumes { get; } = [];

    /// <summary>The paths that the images declare with VOLUME.</summary>
    public IReadOnlyList<string> DeclaredVolumes { get; set; } = [];

    public IReadOnlyList<EngineContainer> Containers => _containers;

    /// <summary>What becomes of a container that is started: one that runs a command ends well at once.</summary>
    public Func<EngineContainer, EngineContainer> WhenStarted { get; set; } =
        container => container.Labels.Slot == 0 ? container with { State = EngineContainerState.Exited } : container;

    /// <summary>What a look at a container finds.</summary>
    public Func<EngineContainer, EngineContainer> WhenSeen { get; set; } = container => container;

    /// <summary>A pull that has no end but its cancellation.</summary>
    public bool PullHangs { get; set; }

    /// <summary>The images' HEALTHCHECK.</summary>
    public EngineHealthCheck? HealthCheck { get; set; }

    /// <summary>What a command in a container answers.</summary>
    public ExecResult ExecResult { get; set; } = new(0, "");

    /// <summary>What must be the same at the end of every way that leads there: names, versions, states, aliases, images.</summary>
    public string Describe() =>
        string.Join(
            '\n',
            [
                .. _containers
                    .OrderBy(container => container.Name, StringComparer.Ordinal)
                    .Select(container =>
                        $"{container.Name} {container.Labels.Digest} {container.State} [{string.Join(',', container.Aliases)}]"
                    ),
                .. Images.Order(StringComparer.Ordinal),
                $"{Volumes.Count} volumes",
            ]
        );

    /// <summary>Puts a container there that a deployment before has made.</summary>
    public EngineContainer Add(string name, Guid serviceId, int slot, string digest)
    {
        var container = new EngineContainer
        {
            Id = $"c{++_created}",
            Name = name,
            Labels = new ContainerLabels
            {
                ServiceId = serviceId,
                DeploymentId = Guid.NewGuid(),
                ContainerId = Guid.NewGuid(),
                Slot = slot,
                Image = "docker.io/acme/api:latest",
                Digest = digest,
            },
            State = EngineContainerState.Running,
            Started = time.GetUtcNow(),
            Aliases = [name.Split('-')[0]],
        };
        _containers.Add(container);
        return container;
    }

    public EngineKind Kind => EngineKind.DockerHost;

    public Task Ping(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<EngineInfo> Describe(CancellationToken cancellationToken) => Task.FromResult(new EngineInfo("fake", "1", "1"));

    public Task<bool> AcceptsConnections(CancellationToken cancellationToken) => Task.FromResult(true);

    public async Task<EngineImage> Pull(
        ImageName image,
        string digest,
        RegistryCredential? credential,
        IProgress<PullReport>? progress,
        CancellationToken cancellationToken
    )
    {
        if (PullHangs)
            await Task.Delay(Timeout.Infinite, cancellationToken);
        await faults.Run("pull", () => Images.Add($"{image.Repository}@{digest}"));
        return Image(digest);
    }

    public async Task<EngineImage?> FindImage(string reference, CancellationToken cancellationToken)
    {
        await faults.Run("find image", () => { });
        return Images.Contains(reference) ? Image(reference[(reference.IndexOf('@') + 1)..]) : null;
    }

    public async Task<bool> RemoveImage(ImageName image, string reference, CancellationToken cancellationToken)
    {
        await faults.Run("remove image", () => Images.Remove(reference));
        return true;
    }

    public async Task<EngineImage> Build(BuildSpec spec, Stream context, IProgress<string> lines, CancellationToken cancellationToken)
    {
        var id = $"sha256:built-{spec.Key[..8]}";
        await faults.Run("build", () => Images.Add(id));
        return Image(id);
    }

    public Task Tag(string id, ImageName name, CancellationToken cancellationToken) => faults.Run("tag", () => { });

    public async Task<IReadOnlyList<EngineContainer>> List(Guid? serviceId, CancellationToken cancellationToken)
    {
        await faults.Run("list", () => { });
        return
        [
            .. _containers
                .Where(c => c.Labels.Slot > 0 && (serviceId is null || c.Labels.ServiceId == serviceId))
                .Select(WhenSeen)
                .OrderBy(c => c.Labels.Slot),
        ];
    }

    public async Task<EngineContainer?> Find(string id, CancellationToken cancellationToken)
    {
        await faults.Run("find", () => { });
        return _containers.FirstOrDefault(c => c.Id == id || c.Name == id) is { } found ? WhenSeen(found) : null;
    }

    public async Task<string> Create(ContainerSpec spec, CancellationToken cancellationToken)
    {
        var id = _containers.FirstOrDefault(c => c.Name == spec.Name)?.Id ?? $"c{_created + 1}";
        await faults.Run(
            "create",
            () =>
            {
                if (_containers.Any(c => c.Id == id))
                    return;
                _created++;
                _specs[id] = spec;
                _containers.Add(
                    new EngineContainer
                    {
                        Id = id,
                        Name = spec.Name,
                        Labels = spec.Labels,
                        State = EngineContainerState.Created,
                        Aliases = spec.Aliases,
                        Mounts =
                        [
                            .. spec.Mounts.Select(mount => new EngineMount(mount.Volume, mount.Source, mount.Target, !mount.ReadOnly)),
                        ],
                    }
                );
                Volumes.UnionWith(spec.Mounts.Where(mount => mount.Volume).Select(mount => mount.Source));
            }
        );
        return id;
    }

    public Task Start(string id, CancellationToken cancellationToken) =>
        faults.Run(
            "start",
            () =>
            {
                if (!Get(id).IsUp)
                    Change(id, c => WhenStarted(c with { State = EngineContainerState.Running, Started = time.GetUtcNow() }));
            }
        );

    public Task Stop(string id, TimeSpan timeout, CancellationToken cancellationToken) =>
        faults.Run("stop", () => Change(id, c => c.IsUp ? c with { State = EngineContainerState.Exited } : c));

    public Task Remove(string id, CancellationToken cancellationToken) =>
        faults.Run("remove", () => _containers.RemoveAll(c => c.Id == id));

    public async Task<bool> Rename(string id, string name, CancellationToken cancellationToken)
    {
        var isFree = _containers.All(c => c.Id == id || c.Name != name);
        if (isFree)
            await faults.Run("rename", () => Change(id, c => c with { Name = name }));
        return isFree;
    }

    public Task Expose(string id, IReadOnlyList<string> aliases, CancellationToken cancellationToken) =>
        faults.Run("expose", () => Change(id, c => c with { Aliases = [.. aliases] }));

    public Task Withdraw(string id, IReadOnlyList<string> aliases, CancellationToken cancellationToken) =>
        faults.Run("withdraw", () => Change(id, c => c with { Aliases = [.. c.Aliases.Except(aliases)] }));

    public Task<ExecResult> Exec(string id, IReadOnlyList<string> command, TimeSpan timeout, CancellationToken cancellationToken) =>
        Task.FromResult(ExecResult);

    public Task<string?> Probe(string id, ProbeTarget target, TimeSpan timeout, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(null);

    public Task<IReadOnlyList<string>> ReadLogs(string id, int lines, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>(["its last line"]);

    public Task<bool> HasVolume(string name, CancellationToken cancellationToken) => Task.FromResult(Volumes.Contains(name));

    public Task<IReadOnlyList<string>> LabeledVolumes(Guid serviceId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([]);

    public Task<bool> IsVolumeOfAnother(string name, Guid serviceId, CancellationToken cancellationToken) => Task.FromResult(false);

    public async Task<bool> RemoveVolume(string name, CancellationToken cancellationToken)
    {
        var isUsed = _containers.Any(container => container.Mounts.Any(mount => mount.IsVolume && mount.Source == name));
        if (!isUsed)
            await faults.Run("remove volume", () => Volumes.Remove(name));
        return !isUsed;
    }

    public async IAsyncEnumerable<EngineEvent> Watch([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new EngineEvent(EngineEventKind.Connected, Guid.Empty, "", time.GetUtcNow());
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    private EngineImage Image(string id) => new(id, HealthCheck) { Volumes = DeclaredVolumes };

    private EngineContainer Get(string id) =>
        _containers.FirstOrDefault(c => c.Id == id) ?? throw new EngineException(EngineFault.NotFound, $"There is no container {id}.");

    private void Change(string id, Func<EngineContainer, EngineContainer> change)
    {
        if (_containers.FindIndex(c => c.Id == id) is >= 0 and var index)
            _containers[index] = change(_containers[index]);
    }
}
