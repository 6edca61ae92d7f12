using AutoDeploy.Services;
using Orleans.Runtime;
using Orleans.Storage;

namespace AutoDeploy.Benchmarks.Storage;

/// <summary>The state of a service's grain on a grain storage, without a silo.</summary>
internal sealed class StoredServiceState(IGrainStorage storage, Guid serviceId) : IPersistentState<ServiceState>
{
    private const string Name = "service";

    private readonly GrainId _grainId = GrainId.Create(Name, serviceId.ToString());
    private readonly GrainState<ServiceState> _state = new(new ServiceState());

    public ServiceState State
    {
        get => _state.State!;
        set => _state.State = value;
    }

    public string Etag => _state.ETag!;

    public bool RecordExists => _state.RecordExists;

    public Task ReadStateAsync() => storage.ReadStateAsync(Name, _grainId, _state);

    public Task WriteStateAsync() => storage.WriteStateAsync(Name, _grainId, _state);

    public Task ClearStateAsync() => storage.ClearStateAsync(Name, _grainId, _state);
}
