using System.Collections.Concurrent;
using System.Globalization;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace AutoDeploy.Polyfill.Tests;

/// <summary>A storage that checks etags, and fails when it is told to.</summary>
internal sealed class MemoryStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<(string, GrainId), (object? State, string ETag)> _records = new();
    private int _lastETag;

    public Exception? ReadFailure { get; set; }

    public Exception? WriteFailure { get; set; }

    public object? this[string stateName, string grainId] =>
        _records.TryGetValue((stateName, GrainId.Parse(grainId)), out var record) ? record.State : null;

    public void Put(string stateName, string grainId, object? state) => _records[(stateName, GrainId.Parse(grainId))] = (state, NewETag());

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (ReadFailure is not null)
            return Task.FromException(ReadFailure);
        grainState.RecordExists = _records.TryGetValue((stateName, grainId), out var record);
        if (grainState.RecordExists)
        {
            grainState.State = (T?)record.State;
            grainState.ETag = record.ETag;
        }

        return Task.CompletedTask;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await Task.Yield();
        if (WriteFailure is not null)
            throw WriteFailure;
        Check(stateName, grainId, grainState.ETag);
        grainState.ETag = NewETag();
        grainState.RecordExists = true;
        _records[(stateName, grainId)] = (grainState.State, grainState.ETag);
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Check(stateName, grainId, grainState.ETag);
        _records.TryRemove((stateName, grainId), out _);
        (grainState.State, grainState.ETag, grainState.RecordExists) = (default, null, false);
        return Task.CompletedTask;
    }

    private void Check(string stateName, GrainId grainId, string? known)
    {
        var stored = _records.TryGetValue((stateName, grainId), out var record) ? record.ETag : null;
        if (stored != known)
            throw new InconsistentStateException("The etag is not the stored one.", stored, known);
    }

    private string NewETag() => Interlocked.Increment(ref _lastETag).ToString(CultureInfo.InvariantCulture);
}
