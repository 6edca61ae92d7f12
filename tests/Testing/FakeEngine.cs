using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using AutoDeploy.Ports;
using AutoDeploy.Sources;

namespace AutoDeploy.Testing;

/// <summary>
/// An engine on paper: what it is asked to run it says runs. For measuring what is judged before an engine has anything to do.
/// </summary>
public sealed class FakeEngine : IEngine, IContainerEngine, IImageBuilder
{
    private static readonly EngineImage Image = new("sha256:" + new string('a', 64), null);

    private readonly ConcurrentDictionary<Guid, ConcurrentDictionary<string, EngineContainer>> _containers = new();

    /// <summary>Has something happen to all containers of a service, of which nobody is told.</summary>
    public void Change(Guid serviceId, Func<EngineContainer, EngineContainer> how)
    {
        var containers = Of(serviceId);
        foreach (var container in containers.Values)
            containers[container.Id] = how(container);
    }

    /// <summary>The exit codes of services' commands, by service; others end well.</summary>
    public ConcurrentDictionary<Guid, int> Ended { get; } = [];

    /// <summary>How it answers a ping.</summary>
    public Func<Task> Answer { get; set; } = () => Task.CompletedTask;

    public EngineKind Kind => EngineKind.DockerHost;

    public Task Ping(CancellationToken cancellationToken) => Answer();

    public Task<EngineInfo> Describe(CancellationToken cancellationToken) => Task.FromResult(new EngineInfo("paper", "1", "1"));

    public Task<bool> AcceptsConnections(CancellationToken cancellationToken) => Task.FromResult(true);

    public Task<EngineImage> Pull(
        ImageName image,
        string digest,
        RegistryCredential? credential,
        IProgress<PullReport>? progress,
        CancellationToken cancellationToken
    ) => Task.FromResult(Image);

    public Task<EngineImage?> FindImage(string reference, CancellationToken cancellationToken) => Task.FromResult<EngineImage?>(Image);

    public Task<bool> RemoveImage(ImageName image, string reference, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task<EngineImage> Build(BuildSpec spec, Stream context, IProgress<string> lines, CancellationToken cancellationToken) =>
        Task.FromResult(Image);

    public Task Tag(string id, ImageName name, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<IReadOnlyList<EngineContainer>> List(Guid? serviceId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<EngineContainer>>([
            .. (serviceId is { } uuid ? Of(uuid).Values : _containers.Values.SelectMany(c => c.Values)).Where(container =>
                container.Labels.Slot > 0
            ),
        ]);

    public Task<EngineContainer?> Find(string id, CancellationToken cancellationToken) =>
        Task.FromResult(
            id.Contains('/', StringComparison.Ordinal)
                ? Of(Guid.Parse(id.Split('/')[0])).GetValueOrDefault(id)
                : _containers.Values.SelectMany(containers => containers.Values).FirstOrDefault(container => container.Name == id)
        );

    public Task<string> Create(ContainerSpec spec, CancellationToken cancellationToken)
    {
        var id = $"{spec.Labels.ServiceId}/{spec.Labels.DeploymentId}/{spec.Labels.Slot}";
        int? ended = spec.Labels.Slot > 0 ? null : Ended.GetValueOrDefault(spec.Labels.ServiceId);
        Of(spec.Labels.ServiceId)[id] = new EngineContainer
        {
            Id = id,
            Name = spec.Name,
            Labels = spec.Labels,
            State = ended is null ? EngineContainerState.Running : EngineContainerState.Exited,
            ExitCode = ended ?? 0,
        };
        return Task.FromResult(id);
    }

    /// <summary>Containers are down when they were stopped; otherwise they stay as they are.</summary>
    public bool Stops { get; set; }

    public Task Start(string id, CancellationToken cancellationToken) => SetState(id, EngineContainerState.Running);

    public Task Stop(string id, TimeSpan timeout, CancellationToken cancellationToken) => SetState(id, EngineContainerState.Exited);

    public Task Remove(string id, CancellationToken cancellationToken)
    {
        Of(Guid.Parse(id.Split('/')[0])).TryRemove(id, out _);
        return Task.CompletedTask;
    }

    public Task<bool> Rename(string id, string name, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task Expose(string id, IReadOnlyList<string> aliases, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task Withdraw(string id, IReadOnlyList<string> aliases, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<ExecResult> Exec(string id, IReadOnlyList<string> command, TimeSpan timeout, CancellationToken cancellationToken) =>
        Task.FromResult(new ExecResult(0, ""));

    public Task<string?> Probe(string id, ProbeTarget target, TimeSpan timeout, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(null);

    public Task<IReadOnlyList<string>> ReadLogs(string id, int lines, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([]);

    public Task<bool> HasVolume(string name, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task<IReadOnlyList<string>> LabeledVolumes(Guid serviceId, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([]);

    public Task<bool> IsVolumeOfAnother(string name, Guid serviceId, CancellationToken cancellationToken) => Task.FromResult(false);

    /// <summary>Says whether a volume is gone.</summary>
    public Func<string, bool> Removes { get; set; } = _ => true;

    public Task<bool> RemoveVolume(string name, CancellationToken cancellationToken) => Task.FromResult(Removes(name));

    public async IAsyncEnumerable<EngineEvent> Watch([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new EngineEvent(EngineEventKind.Connected, Guid.Empty, "", DateTimeOffset.UtcNow);
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    private Task SetState(string id, EngineContainerState state)
    {
        var containers = Of(Guid.Parse(id.Split('/')[0]));
        if (Stops && containers.TryGetValue(id, out var container) && container.Labels.Slot > 0)
            containers[id] = container with { State = state };
        return Task.CompletedTask;
    }

    private ConcurrentDictionary<string, EngineContainer> Of(Guid serviceId) => _containers.GetOrAdd(serviceId, _ => new());
}
