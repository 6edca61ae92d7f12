using AutoDeploy.Services;
using Orleans.Storage;

namespace AutoDeploy.Ledger.Tests;

/// <summary>The state of one service in a storage, as Orleans gives it to the service's grain.</summary>
internal sealed class StoredServiceState(IGrainStorage storage, Guid serviceId) : IPersistentState<ServiceState>
{
    private const string Name = "service";

    private readonly GrainId _grain = GrainId.Create(Name, serviceId.ToString());
    private readonly GrainState<ServiceState> _state = new(new ServiceState());

    public ServiceState State
    {
        get => _state.State!;
        set => _state.State = value;
    }

    public string Etag => _state.ETag!;

    public bool RecordExists => _state.RecordExists;

    public Task ReadStateAsync() => storage.ReadStateAsync(Name, _grain, _state);

    public Task WriteStateAsync() => storage.WriteStateAsync(Name, _grain, _state);

    public Task ClearStateAsync() => storage.ClearStateAsync(Name, _grain, _state);
}
