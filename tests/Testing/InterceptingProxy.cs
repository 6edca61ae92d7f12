using System.Reflection;

namespace AutoDeploy.Testing;

/// <summary>Stands before something of the product's: a call of one of its methods is the test's to let through.</summary>
public class InterceptingProxy : DispatchProxy
{
    private object _inner = null!;
    private Func<MethodInfo, object?[], Func<object?>, object?> _between = null!;

    /// <param name="inner">What answers.</param>
    /// <param name="between">Gets the method, its arguments and how to go on; answers for it.</param>
    public static T Intercept<T>(T inner, Func<MethodInfo, object?[], Func<object?>, object?> between)
        where T : class
    {
        var proxy = Create<T, InterceptingProxy>();
        ((InterceptingProxy)(object)proxy)._inner = inner;
        ((InterceptingProxy)(object)proxy)._between = between;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        _between(targetMethod!, args ?? [], () => targetMethod!.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null));
}
