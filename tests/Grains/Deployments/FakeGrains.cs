using System.Reflection;

namespace AutoDeploy.Grains.Tests.Deployments;

/// <summary>A grain factory that answers with what it was given, by interface.</summary>
public class FakeGrains : DispatchProxy
{
    private readonly Dictionary<Type, Func<object, object>> _grains = [];

    /// <param name="grains">By grain interface: the grain of a key.</param>
    public static IGrainFactory Create(params IEnumerable<(Type Interface, Func<object, object> Grain)> grains)
    {
        var factory = Create<IGrainFactory, FakeGrains>();
        foreach (var (type, grain) in grains)
            ((FakeGrains)(object)factory)._grains.Add(type, grain);
        return factory;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod is { Name: nameof(IGrainFactory.GetGrain), IsGenericMethod: true }
        && _grains.TryGetValue(targetMethod.GetGenericArguments()[0], out var grain)
            ? grain(args![0]!)
            : throw new NotSupportedException($"{targetMethod} is not expected here.");
}
