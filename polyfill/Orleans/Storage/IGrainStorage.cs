using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>Keeps the state of grains; it throws <see cref="InconsistentStateException"/> when the etag is not the stored one.</summary>
public interface IGrainStorage
{
    Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

    Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

    Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);
}
