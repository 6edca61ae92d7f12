using System.Runtime.CompilerServices;
using Orleans.Storage;

namespace Orleans.Runtime;

/// <summary>A state as the activation sees it: to be read before the grain's first turn.</summary>
internal interface IStateOfActivation
{
    Task ReadStateAsync();
}

internal sealed class PersistentState<T>(string name, GrainId grain, IGrainStorage storage) : IPersistentState<T>, IStateOfActivation
{
    private readonly GrainState<T> _stored = new(Empty());
    private bool _isRead;

    public T State
    {
        get
        {
            Activation.ThrowIfOutside();
            return _stored.State!;
        }

        set
        {
            Activation.ThrowIfOutside();
            _stored.State = value;
        }
    }

    public string? Etag => _stored.ETag;

    public bool RecordExists => _isRead ? _stored.RecordExists : throw new InvalidOperationException("The state is not read yet.");

    public async Task ReadStateAsync()
    {
        Activation.ThrowIfOutside();
        try
        {
            await storage.ReadStateAsync(name, grain, _stored);
            _isRead = true;
        }
        catch (Exception exception) when (exception is not OrleansException)
        {
            throw Wrapped("read", exception);
        }
    }

    public async Task WriteStateAsync()
    {
        Activation.ThrowIfOutside();
        try
        {
            await storage.WriteStateAsync(name, grain, _stored);
        }
        catch (Exception exception) when (exception is not OrleansException)
        {
            throw Wrapped("written", exception);
        }
    }

    public async Task ClearStateAsync()
    {
        Activation.ThrowIfOutside();
        try
        {
            await storage.ClearStateAsync(name, grain, _stored);
        }
        catch (Exception exception) when (exception is not OrleansException)
        {
            throw Wrapped("cleared", exception);
        }
    }

    // Orleans wraps what a storage throws, so a grain that catches the storage's own exception must not pass here either.
    private OrleansException Wrapped(string done, Exception exception) =>
        new($"The state {name} of {grain} could not be {done}: {exception.Message}", exception);

    private static T Empty() =>
        typeof(T).IsValueType || typeof(T).GetConstructor(Type.EmptyTypes) is not null
            ? Activator.CreateInstance<T>()
            : (T)RuntimeHelpers.GetUninitializedObject(typeof(T));
}
