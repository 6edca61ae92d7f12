using System.Collections.Concurrent;
using System.Reflection;
using Orleans.Concurrency;

namespace Orleans.Runtime;

/// <summary>All that is known of a grain interface's method, found out once per process.</summary>
internal sealed class GrainMethod
{
    private static readonly ConcurrentDictionary<MethodInfo, GrainMethod> All = new();

    private readonly MethodInfo _method;
    private readonly MethodInvoker _invoker;
    private readonly Func<Call> _newCall;
    private readonly int _cancellation;

    private GrainMethod(MethodInfo method)
    {
        _method = method;
        _newCall = NewCallOf(method);
        _invoker = MethodInvoker.Create(method);
        _cancellation = Array.FindIndex(method.GetParameters(), parameter => parameter.ParameterType == typeof(CancellationToken));
        AlwaysInterleaves = method.IsDefined(typeof(AlwaysInterleaveAttribute));
        IsReadOnly = method.IsDefined(typeof(ReadOnlyAttribute));
        IsOneWay = method.IsDefined(typeof(OneWayAttribute));
        if (IsOneWay && method.ReturnType != typeof(Task) && method.ReturnType != typeof(ValueTask))
            throw new NotSupportedException($"{this} is one-way and must return Task or ValueTask.");
    }

    public bool AlwaysInterleaves { get; }

    public bool IsReadOnly { get; }

    public bool IsOneWay { get; }

    public static GrainMethod Of(MethodInfo method) =>
        All.TryGetValue(method, out var known) ? known : All.GetOrAdd(method, static method => new(method));

    public object Send(GrainReference target, object?[]? arguments) => _newCall().Send(target, this, arguments);

    public object? Invoke(object grain, object?[]? arguments) => _invoker.Invoke(grain, arguments);

    public CancellationToken CancellationIn(object?[]? arguments) =>
        _cancellation < 0 ? default : (CancellationToken)arguments![_cancellation]!;

    public override string ToString() => $"{_method.DeclaringType?.Name}.{_method.Name}";

    private static Func<Call> NewCallOf(MethodInfo method)
    {
        var call = method.IsGenericMethod ? null : CallTypeFor(method.ReturnType);
        if (call is null)
        {
            var name = $"{method.DeclaringType?.Name}.{method.Name}";
            throw new NotSupportedException($"{name} must return Task, Task<T>, ValueTask or ValueTask<T> and must not be generic.");
        }

        return typeof(GrainMethod).GetMethod(nameof(New), BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(call)
            .CreateDelegate<Func<Call>>();
    }

    private static Type? CallTypeFor(Type returned)
    {
        if (returned == typeof(Task))
            return typeof(CallReturningTask);
        if (returned == typeof(ValueTask))
            return typeof(CallReturningValueTask);
        if (!returned.IsGenericType)
            return null;
        var open = returned.GetGenericTypeDefinition();
        return open == typeof(Task<>) ? typeof(CallReturningTask<>).MakeGenericType(returned.GenericTypeArguments)
            : open == typeof(ValueTask<>) ? typeof(CallReturningValueTask<>).MakeGenericType(returned.GenericTypeArguments)
            : null;
    }

    private static Call New<TCall>()
        where TCall : Call, new() => new TCall();
}
