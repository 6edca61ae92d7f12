using AutoDeploy.Deployments.Rollouts;
using AutoDeploy.Ports;
using AutoDeploy.Sources;

namespace AutoDeploy.Grains.Tests.Volumes;

/// <summary>An engine in memory: containers with volumes, of which it says when two that run could write to the same one.</summary>
internal sealed class FakeEngine : IEngine, IContainerEngine, IImageBuilder
{
    private readonly Dictionary<string, EngineContainer> _containers = [];
    private int _made;

    /// <summary>What each image declares with VOLUME, by its reference.</summary>
    public Dictionary<string, string[]> Declared { get; } = [];

    public HashSet<string> Volumes { get; } = [];

    /// <summary>Containers of this deployment end as soon as they are started.</summary>
    public Guid? Failing { get; set; }

    /// <summary>The process is killed at this call from now, before it or after it.</summary>
    public (int Call, bool Before)? Kill { get; set; }

    public IEnumerable<EngineContainer> Containers => _containers.Values;

    /// <summary>A container as it was made before volumes were on record.</summary>
    public void Put(EngineContainer container)
    {
        _containers[container.Id] = container;
        Volumes.UnionWith(container.Mounts.Where(mount => mount.IsVolume).Select(mount => mount.Source));
    }

    /// <summary>What is asked of anybody, while the process may be killed.</summary>
    public Task<T> Call<T>(Func<T> work)
    {
        var kill = Kill is (1, var before) ? before : (bool?)null;
        if (Kill is { } at)
            Kill = kill is null ? (at.Call - 1, at.Before) : null;
        if (kill == true)
            return Task.FromException<T>(new OrleansException("The process is killed."));
        var result = work();
        return kill == false ? Task.FromException<T>(new OrleansException("The process is killed.")) : Task.FromResult(result);
    }

    public Task Call(Action work) =>
        Call(() =>
        {
            work();
            return true;
        });

    public Task<bool> AcceptsConnections(CancellationToken cancellationToken) => Task.FromResult(true);

    public Task<EngineImage?> FindImage(string reference, CancellationToken cancellationToken) =>
        Call(() => (EngineImage?)new EngineImage(reference, null) { Volumes = Declared[reference] });

    public Task<bool> RemoveImage(ImageName image, string reference, CancellationToken cancellationToken) => Call(() => true);

    public Task<IReadOnlyList<EngineContainer>> List(Guid? serviceId, CancellationToken cancellationToken) =>
        Call(() =>
            (IReadOnlyList<EngineContainer>)[.. _containers.Values.OrderBy(c => c.Labels.Slot).ThenBy(c => c.Name, StringComparer.Ordinal)]
        );

    public Task<EngineContainer?> Find(string id, CancellationToken cancellationToken) => Call(() => _containers.GetValueOrDefault(id));

    public Task<string> Create(ContainerSpec spec, CancellationToken cancellationToken) =>
        Call(() =>
        {
            if (_containers.Values.FirstOrDefault(c => c.Name == spec.Name) is { } known)
                return known.Id;
            Volumes.UnionWith(spec.Mounts.Where(mount => mount.Volume).Select(mount => mount.Source));
            var mounts = spec.Mounts.Select(mount => new EngineMount(mount.Volume, mount.Source, mount.Target, !mount.ReadOnly)).ToList();
            foreach (var path in Declared[spec.Image].Where(path => mounts.All(mount => mount.Path != path)))
                throw new InvalidOperationException($"{path} of {spec.Name} would be an anonymous volume.");
            var id = $"c{++_made}";
            _containers[id] = new EngineContainer
            {
                Id = id,
                Name = spec.Name,
                Labels = spec.Labels,
                State = EngineContainerState.Created,
                Mounts = mounts,
            };
            return id;
        });

    public Task Start(string id, CancellationToken cancellationToken) =>
        Call(() =>
        {
            var container = _containers[id];
            foreach (var other in _containers.Values.Where(other => other.IsUp && other.Id != id))
                if (OverlapRule.FindSharedMount(container.Mounts, other.Mounts) is { } shared)
                    throw new InvalidOperationException($"{container.Name} was started while {other.Name} runs; both write to {shared}.");
            Set(id, container.Labels.DeploymentId == Failing ? EngineContainerState.Exited : EngineContainerState.Running);
        });

    public Task Stop(string id, TimeSpan timeout, CancellationToken cancellationToken) => Call(() => Set(id, EngineContainerState.Exited));

    public Task Remove(string id, CancellationToken cancellationToken) => Call(() => _containers.Remove(id));

    public Task<bool> Rename(string id, string name, CancellationToken cancellationToken) =>
        Call(() =>
        {
            if (_containers.Values.Any(c => c.Name == name))
                return false;
            _containers[id] = _containers[id] with { Name = name };
            return true;
        });

    public Task Expose(string id, IReadOnlyList<string> aliases, CancellationToken cancellationToken) =>
        Call(() => _containers[id] = _containers[id] with { Aliases = aliases });

    public Task Withdraw(string id, IReadOnlyList<string> aliases, CancellationToken cancellationToken) =>
        Call(() => _containers[id] = _containers[id] with { Aliases = [] });

    public Task<IReadOnlyList<string>> ReadLogs(string id, int lines, CancellationToken cancellationToken) =>
        Call(() => (IReadOnlyList<string>)[]);

    public Task<bool> HasVolume(string name, CancellationToken cancellationToken) => Call(() => Volumes.Contains(name));

    public Task<IReadOnlyList<string>> LabeledVolumes(Guid serviceId, CancellationToken cancellationToken) =>
        Call(() => (IReadOnlyList<string>)[]);

    public Task<bool> IsVolumeOfAnother(string name, Guid serviceId, CancellationToken cancellationToken) => Call(() => false);

    public Task<bool> RemoveVolume(string name, CancellationToken cancellationToken) =>
        Call(() =>
        {
            if (_containers.Values.Any(c => c.Mounts.Any(mount => mount.Source == name)))
                return false;
            Volumes.Remove(name);
            return true;
        });

    public EngineKind Kind => EngineKind.DockerHost;

    public Task Ping(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<EngineInfo> Describe(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<EngineImage> Pull(
        ImageName image,
        string digest,
        RegistryCredential? credential,
        IProgress<PullReport>? progress,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    public Task<EngineImage> Build(BuildSpec spec, Stream context, IProgress<string> lines, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<EngineImage?> FindBuilt(string key, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task Tag(string id, ImageName name, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ExecResult> Exec(string id, IReadOnlyList<string> command, TimeSpan timeout, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<string?> Probe(string id, ProbeTarget target, TimeSpan timeout, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public IAsyncEnumerable<EngineEvent> Watch(CancellationToken cancellationToken) => throw new NotSupportedException();

    private void Set(string id, EngineContainerState state) => _containers[id] = _containers[id] with { State = state };
}
